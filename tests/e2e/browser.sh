#!/bin/sh
# Makes sure of Chromium and its driver. Arguments: their paths, empty where they were not found.
[ -n "$1" ] && [ -n "$2" ] && exit 0

install='apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium chromium-driver'
if command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then
    sh -c "$install" && exit 0
  elif sudo -n true 2>/dev/null; then
    sudo sh -c "$install" && exit 0
  fi
fi
echo "The browser tests need Chromium and chromedriver. On Debian: sudo apt-get install chromium chromium-driver" >&2
echo "Elsewhere, or if they are not on PATH: make test CHROMIUM=… CHROMEDRIVER=…" >&2
exit 1
