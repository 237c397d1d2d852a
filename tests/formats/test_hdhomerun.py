"""An emulated tuner that clients take for a real one."""

from xml.etree import ElementTree as ET

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hdhomerun
from custom_components.telecast.formats.hdhomerun import Code

BASE = "http://192.0.2.10:8123"
ODD_NAME = 'Fox <&" Friends 🦊 \x00\ud83e'
LEGACY = (0x100, 0x101, 0x102, 0x103, 0x111, 0x120, 0x121, 0x122)


def test_the_check_digit_tells_real_ids_from_invented_ones() -> None:
    assert hdhomerun.device_id_is_valid(0x1010C032)
    assert not hdhomerun.device_id_is_valid(0x12345678)
    assert not hdhomerun.device_id_is_valid(0x1010C033)
    assert not hdhomerun.device_id_is_valid(-1)
    assert not hdhomerun.device_id_is_valid(0x1_1010_C032)


@given(st.integers(min_value=0, max_value=0xFFFFFFF))
def test_every_id_that_is_made_is_one_that_clients_believe(bits: int) -> None:
    text = hdhomerun.make_device_id(bits)
    assert len(text) == 8
    assert text == text.upper()
    device_id = int(text, 16)
    assert hdhomerun.device_id_is_valid(device_id)
    assert device_id >> 20 not in LEGACY
    assert device_id not in (0, 0xFFFFFFFF)


@pytest.mark.parametrize(
    "bits",
    [0, 0xFFFFFFF, *(prefix << 16 for prefix in LEGACY), 0x101FFFF, 0x1010C03],
)
def test_ids_of_old_devices_and_of_none_and_of_any_are_not_made(bits: int) -> None:
    device_id = int(hdhomerun.make_device_id(bits), 16)
    assert hdhomerun.device_id_is_valid(device_id)
    assert device_id >> 20 not in LEGACY
    assert device_id not in (0, 0xFFFFFFFF)
    assert device_id >> 4 == bits ^ 0x8000000


@given(st.sets(st.integers(min_value=0, max_value=0xFFFFFFF), max_size=50))
def test_devices_differ(all_bits: set[int]) -> None:
    kept = {bits for bits in all_bits if not bits & 0x8000000}
    assert len({hdhomerun.make_device_id(bits) for bits in kept}) == len(kept)


@pytest.mark.parametrize("digit", range(8))
def test_no_wrong_digit_goes_unnoticed(digit: int) -> None:
    right = int(hdhomerun.make_device_id(0x5A5A5A5), 16)
    wrongs = [right ^ (change << 4 * digit) for change in range(1, 16)]
    assert not any(map(hdhomerun.device_id_is_valid, wrongs))


def test_the_codes_are_the_devices_own() -> None:
    assert [f"{code.value} {code.text}" for code in Code] == [
        "801 Unknown Channel",
        "802 Unknown Transcode Profile",
        "803 System Busy",
        "804 Tuner In Use",
        "805 All Tuners In Use",
        "806 Tune Failed",
        "807 No Video Data",
    ]


def test_discover_has_the_fields_in_order_and_counts_tuners_in_numbers() -> None:
    document = hdhomerun.discover(
        name="Telecast",
        device_id="1040A5B2",
        base_url=BASE,
        tuner_count=4,
        device_auth="secret",
    )
    assert list(document) == [
        "FriendlyName",
        "Manufacturer",
        "ManufacturerURL",
        "ModelNumber",
        "FirmwareName",
        "FirmwareVersion",
        "DeviceID",
        "DeviceAuth",
        "BaseURL",
        "LineupURL",
        "TunerCount",
    ]
    assert type(document["TunerCount"]) is int
    assert document["LineupURL"] == "http://192.0.2.10:8123/lineup.json"
    assert document["DeviceID"] == "1040A5B2"
    # Clients append ?transcode= to the addresses of such models.
    assert not document["ModelNumber"].startswith("HDTC")


def test_the_upnp_description_is_well_formed_whatever_the_name() -> None:
    text = hdhomerun.device_xml(name=ODD_NAME, device_id="1040A5B2", base_url=BASE)
    root = ET.fromstring(text)
    space = "{urn:schemas-upnp-org:device-1-0}"
    assert root.findtext(f"{space}URLBase") == BASE
    device = root.find(f"{space}device")
    assert device is not None
    facts = {element.tag.removeprefix(space): element.text for element in device}
    assert facts["deviceType"] == "urn:schemas-upnp-org:device:MediaServer:1"
    assert facts["friendlyName"] == 'Fox <&" Friends 🦊 '
    assert facts["manufacturer"] == "Silicondust"
    assert facts["modelName"] and facts["modelNumber"]
    assert facts["serialNumber"] == "1040A5B2"
    assert facts["UDN"] == hdhomerun.unique_device_name("1040A5B2")


def test_each_device_has_a_unique_name_that_stays() -> None:
    name = hdhomerun.unique_device_name("1040A5B2")
    assert name == "uuid:caa8fbd7-9010-536c-a62c-a4a8d2561f69"
    assert name != hdhomerun.unique_device_name("1040A5B3")


def test_the_status_of_a_scan() -> None:
    assert hdhomerun.lineup_status() == {
        "ScanInProgress": 0,
        "ScanPossible": 1,
        "Source": "Cable",
        "SourceList": ["Cable"],
    }
    assert hdhomerun.lineup_status(progress=40, found=7) == {
        "ScanInProgress": 1,
        "Progress": 40,
        "Found": 7,
    }


def test_a_channel_of_the_lineup() -> None:
    url = f"{BASE}/auto/v5.1"
    plain = hdhomerun.lineup_entry(number="5.1", name=ODD_NAME, url=url)
    assert plain == {
        "GuideNumber": "5.1",
        "GuideName": ODD_NAME,
        "URL": url,
        "HD": 0,
    }
    assert type(plain["HD"]) is int
    full = hdhomerun.lineup_entry(
        number="5",
        name="Five",
        url=url,
        hd=True,
        video_codec="H264",
        audio_codec="AAC",
        favorite=True,
    )
    assert list(full.items()) == [
        ("GuideNumber", "5"),
        ("GuideName", "Five"),
        ("URL", url),
        ("HD", 1),
        ("VideoCodec", "H264"),
        ("AudioCodec", "AAC"),
        ("Favorite", 1),
        ("Tags", "favorite"),
    ]


@given(st.text(), st.text())
def test_the_lineup_as_xml_is_well_formed_and_says_the_same(
    name: str, url: str
) -> None:
    entry = hdhomerun.lineup_xml_entry(number="5", name=name, url=url, favorite=True)
    text = hdhomerun.LINEUP_XML_HEAD + entry + hdhomerun.LINEUP_XML_FOOT
    root = ET.fromstring(text.encode())
    assert root.tag == "Lineup"
    [program] = root
    assert program.tag == "Program"
    assert [field.tag for field in program] == [
        "GuideNumber",
        "GuideName",
        "URL",
        "HD",
        "Favorite",
        "Tags",
    ]
    if name.isprintable():
        assert (program.findtext("GuideName") or "") == name


def test_what_a_tuner_does() -> None:
    assert hdhomerun.tuner_status(index=3) == {"Resource": "tuner3"}
    busy = hdhomerun.tuner_status(
        index=0, number="5.1", name="Five", target_ip="192.0.2.7", rate=8_000_000
    )
    assert list(busy.items()) == [
        ("Resource", "tuner0"),
        ("VctNumber", "5.1"),
        ("VctName", "Five"),
        ("Frequency", 0),
        ("SignalStrengthPercent", 100),
        ("SignalQualityPercent", 100),
        ("SymbolQualityPercent", 100),
        ("TargetIP", "192.0.2.7"),
        ("NetworkRate", 8_000_000),
    ]
