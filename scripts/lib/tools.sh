# The programs that the rest is set up with. Sourced by scripts/setup.

# Install a package of PyPI into the cache and print the path of its program.
tool() {
  local name=$1 place=$cache/tools/$1
  if [ ! -x "$place/bin/$name" ]; then
    python3 -m pip --version >/dev/null 2>&1 || debian_install python3-pip
    rm -rf "$place.new" "$place"
    python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
      --root-user-action ignore --target "$place.new" "$name" >&2
    mv "$place.new" "$place" # an interrupted run leaves nothing that looks finished
  fi
  echo "$place/bin/$name"
}

# Our own, since one that the machine has may be too old for the lock file.
find_uv() { tool uv; }

ensure_ffmpeg() {
  if command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null; then return; fi
  debian_install ffmpeg
}

# What the tests of pages need: a browser, and the player that most pages use.
ensure_browser() {
  command -v chromium >/dev/null || debian_install chromium
  local place=$cache/tools/hls.js
  [ -s "$place" ] && return
  command -v npm >/dev/null || debian_install npm
  local work
  work=$(mktemp -d)
  (cd "$work" && npm pack --silent hls.js@1.7.4 >/dev/null && tar -xzf hls.js-*.tgz package/dist/hls.min.js)
  mkdir -p "$cache/tools"
  mv "$work/package/dist/hls.min.js" "$place"
  rm -rf "$work"
}

# What looks for tuners, and the networks in which it does.
ensure_tuner_client() {
  command -v hdhomerun_config >/dev/null || debian_install hdhomerun-config
  command -v ip >/dev/null || debian_install iproute2
}

# What asks an Xtream server as players do that are pages or apps.
ensure_xtream_client() {
  local place=$cache/tools/xtream-api
  [ -d "$place" ] && return
  command -v npm >/dev/null || debian_install npm
  rm -rf "$place.new" # an interrupted run leaves nothing that looks finished
  mkdir -p "$place.new"
  npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$place.new" \
    @iptv/xtream-api@1.4.1 >/dev/null
  mv "$place.new" "$place"
}

# What plays as a television does, with what plays playlists in it, and a screen for it.
ensure_kodi() {
  if compgen -G '/usr/lib/*/kodi/addons/pvr.iptvsimple' >/dev/null &&
    compgen -G '/usr/lib/*/kodi/addons/inputstream.ffmpegdirect' >/dev/null &&
    command -v Xvfb >/dev/null; then return; fi
  debian_install kodi kodi-pvr-iptvsimple kodi-inputstream-ffmpegdirect xvfb libgl1-mesa-dri
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
