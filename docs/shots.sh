#!/usr/bin/env bash
# Makes the README's pictures from the demo, in docs/images. Every page, size and theme is pictured in the folder that is
# named (default: a temporary one); those that the README and the documents show are copied from there, made smaller where pngquant is at
# hand. Usage: docs/shots.sh [FOLDER]
set -eu
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-$(mktemp -d)}")
mkdir -p "$folder" docs/images
SHOTS="$folder" dotnet test tests/Browser.Tests --nologo -v q --filter "FullyQualifiedName~The_demo_in_pictures"
for picture in now-light now-dark desk-light now-light-phone workspaces-light workspaces-dark-phone; do
  cp "$folder/$picture.png" "docs/images/$picture.png"
  if command -v pngquant >/dev/null; then
    pngquant --force --skip-if-larger --ext .png --quality 80-100 "docs/images/$picture.png" || [ $? -eq 98 ] # no smaller
  fi
done
ls -l "$folder" docs/images
