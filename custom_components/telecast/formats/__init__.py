"""Pure formats: text and bytes in, values out, and back. No input or output happens here."""
