# Builds on first use and after a change of the sources, and starts the JVM; sourced by ./pergola.

app="$here/cli/target"
stamp="$app/.built"
class_path="$app/pergola-cli.jar:$app/lib/*"

sources_changed() {
  [ -f "$stamp" ] || return 0
  [ -n "$(find "$here" \
    \( -name target -o -name .git -o -name docs -o -name pergola-home \) -prune -o \
    \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$stamp" -print -quit 2>/dev/null)" ]
}

ensure_built() {
  sources_changed || return 0
  ensure_java_and_maven
  local log="$here/target/build.log" started=$SECONDS
  mkdir -p "$here/target"
  rm -f "$stamp"
  local show=0
  [ ! -t 2 ] || show=1
  echo "Building Pergola (the first time this also fetches its libraries) ..." >&2
  if ! (cd "$here" && mvn --batch-mode --no-transfer-progress -Dstyle.color=never \
    -pl cli -am package -Dmaven.test.skip=true 2>&1) | tee "$log" | build_progress "$show"; then
    :
  fi
  if ! grep -q 'BUILD SUCCESS' "$log"; then
    grep -E '^\[ERROR\]' "$log" | head -n 12 >&2
    echo "Cannot build Pergola: see the lines above; the whole log is $log." >&2
    exit 4
  fi
  rm -f "$app"/pergola-*.jsa
  touch "$stamp"
  echo "Built in $((SECONDS - started)) s." >&2
}

build_progress() { # 1 on a terminal
  local line
  while IFS= read -r line; do
    case "$line" in
      "[INFO] Building "*"["*/*"]")
        line=${line#"[INFO] Building "}
        if [ "$1" = 1 ]; then
          printf '\r\033[K  %s' "$(printf '%s' "$line" | tr -s ' ')" >&2
        fi
        ;;
    esac
  done
  [ "$1" = 0 ] || printf '\r\033[K' >&2
}

# The first run leaves an archive of the classes it loaded, so that every later start is faster. The JVM
# checks it against the jars, and does without it where they differ.
exec_pergola() {
  local version archive options=()
  version=$(java_major)
  archive="$app/pergola-$version.jsa"
  if [ "$version" -ge 24 ]; then
    options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
  if [ -f "$archive" ]; then
    options+=("-XX:SharedArchiveFile=$archive")
  elif [ "${1:-}" = quickstart ] || [ "${1:-}" = run ]; then
    options+=("-XX:ArchiveClassesAtExit=$archive")
  fi
  # Columns are arrays of megabytes, which the default collector places and clears one by one; the parallel
  # one takes a third less CPU for statistics. Another choice in PERGOLA_JAVA_OPTS stands.
  case " ${PERGOLA_JAVA_OPTS:-} " in
    *" -XX:+Use"*"GC "*) ;;
    *) options+=(-XX:+UseParallelGC) ;;
  esac
  # shellcheck disable=SC2086
  exec java "${options[@]}" -Dfile.encoding=UTF-8 -Xlog:disable \
    ${PERGOLA_JAVA_OPTS:-} -cp "$class_path" io.pergola.cli.Main "$@"
}
