# An interpreter that is new enough. Sourced by scripts/setup.
wanted='>=3.14.2'

find_python() {
  local uv=$1 found
  if [ -x "$cache/python/usr/bin/python3.14" ]; then
    echo "$cache/python/usr/bin/python3.14"
  elif found=$("$uv" python find --system --no-project "$wanted" 2>/dev/null); then
    echo "$found"
  elif UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=0 timeout 600 "$uv" python install --quiet 3.14 >&2 2>/dev/null &&
    found=$("$uv" python find --system --no-project "$wanted"); then
    echo "$found"
  else
    debian_python
    echo "$cache/python/usr/bin/python3.14"
  fi
}

# Unpack Debian's python3.14 into the cache. Its packages come from a suite newer than
# most machines', so that they bring their own C library, and know nothing of the host.
debian_python() {
  echo "Unpacking Debian's python3.14" >&2
  local work=$cache/debian keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  if [ ! -r "$keyring" ] || ! command -v apt-get >/dev/null; then
    echo "Please install Python $wanted; none can be downloaded here." >&2
    exit 1
  fi
  local patchelf
  patchelf=$(command -v patchelf || tool patchelf)
  rm -rf "$work" "$cache/python.new"
  mkdir -p "$work"/{lists,archives}/partial "$cache/python.new"
  : >"$work/status"
  echo "deb [signed-by=$keyring] $(debian_mirror) forky main" >"$work/sources.list"
  local apt=(apt-get -qq -y
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=-
    -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status"
    -o Dir::Cache="$work" -o Dir::Cache::Archives="$work/archives"
    -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Acquire::Languages=none)
  "${apt[@]}" update >&2
  "${apt[@]}" --download-only install python3.14 libpython3.14-dev >&2
  local package
  for package in "$work"/archives/*.deb; do dpkg -x "$package" "$cache/python.new"; done
  rm -rf "$work"

  local triplet
  triplet=$(basename "$(dirname "$(ls "$cache"/python.new/usr/lib/*/ld-linux-*.so.*)")")
  rm -rf "$cache/python"
  mv "$cache/python.new" "$cache/python.unlinked"
  # C extensions look for this header below the interpreter's own include folder.
  local include=$cache/python.unlinked/usr/include
  mkdir -p "$include/python3.14/$triplet"
  ln -sfn "../../$triplet/python3.14" "$include/python3.14/$triplet/python3.14"
  local libraries=$cache/python/usr/lib/$triplet
  "$patchelf" \
    --set-interpreter "$(ls "$cache/python.unlinked/usr/lib/$triplet"/ld-linux-*.so.* | sed "s#python.unlinked#python#")" \
    --force-rpath --set-rpath "$libraries" "$cache/python.unlinked/usr/bin/python3.14"
  mv "$cache/python.unlinked" "$cache/python"
}

# The mirror that the machine already uses.
debian_mirror() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
    sed -nE 's#^(URIs:|deb( \[[^]]*\])?) *(https?://[^ ]*/debian)/?( .*)?$#\3#p' | head -n 1 | grep . ||
    echo http://deb.debian.org/debian
}
