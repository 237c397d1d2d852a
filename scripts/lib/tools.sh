# The programs that the rest is set up with. Sourced by scripts/setup.

# Install a package of PyPI into the cache and print the path of its program.
tool() {
  local name=$1 place=$cache/tools/$1
  if [ ! -x "$place/bin/$name" ]; then
    python3 -m pip --version >/dev/null 2>&1 || debian_install python3-pip
    python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
      --root-user-action ignore --upgrade --target "$place" "$name" >&2
  fi
  echo "$place/bin/$name"
}

find_uv() { command -v uv || tool uv; }

ensure_ffmpeg() {
  if command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null; then return; fi
  debian_install ffmpeg
}

# Install packages of the machine's own Debian; say what to do where that can't be.
debian_install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"; } >/dev/null
    return
  fi
  echo "Please install $* (on Debian: sudo apt install $*), then run this again." >&2
  exit 1
}
