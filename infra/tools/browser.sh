#!/bin/sh
# Finds the browser that the tests drive, or installs Debian's as root.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome chrome; do
	if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing chromium for the browser test (apt-get install chromium)"
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
	exit 0
fi
echo "nudge: the browser test needs Chromium: install it (Debian: apt-get install chromium; macOS: brew install --cask chromium), or name a browser in CHROMIUM." >&2
exit 1
