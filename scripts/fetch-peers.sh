#!/usr/bin/env bash
# Fetches the programs that the interoperability tests run against, for machines with Debian packages.
#
#   scripts/fetch-peers.sh DIR   unpacks notation, oras and crane below DIR (nothing is installed) and writes DIR/env,
#                                which sets NOTATION_BIN, ORAS_BIN and CRANE_BIN
#
# They are in Debian's unstable suite. A private package list takes its mirror from this machine's own sources, so the
# system's lists and packages stay as they are.
set -euo pipefail

dir=${1:?usage: scripts/fetch-peers.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
if [ -s "$dir/env" ]; then
  echo "peers are in $dir"
  exit 0
fi

mirror=$( { grep -hsE '^URIs:' /etc/apt/sources.list.d/*.sources | awk '{print $2}' || true
            grep -hsE '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list | sed -E 's/\[[^]]*\] *//' | awk '{print $2}' || true; } \
          | grep -vE 'security' | head -n 1)
[ -n "$mirror" ] || { echo "fetch-peers: no package mirror found in this machine's apt sources" >&2; exit 1; }

apt="$dir/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$dir/deb"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$apt/sources.list"
touch "$apt/status"
private=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists"
         -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root -o Acquire::Retries=3
         -o Acquire::Languages=none -o "APT::Update::Post-Invoke-Success=" -o "APT::Update::Post-Invoke=")
apt-get "${private[@]}" -qq update

: > "$dir/env.new"
for peer in notation oras crane; do
  # apt-get download writes into the working directory; dpkg-deb -x unpacks without running anything.
  (cd "$dir/deb" && apt-get "${private[@]}" -qq download "$peer")
  dpkg-deb -x "$dir"/deb/"$peer"_*.deb "$dir/$peer"
  bin=$(find "$dir/$peer" -type f -name "$peer" -perm -u+x | head -n 1)
  [ -n "$bin" ] || { echo "fetch-peers: the package $peer holds no executable of that name" >&2; exit 1; }
  echo "export $(echo "$peer" | tr '[:lower:]' '[:upper:]')_BIN=$bin" >> "$dir/env.new"
done
rm -rf "$apt" "$dir/deb"
mv "$dir/env.new" "$dir/env"
cat "$dir/env"
