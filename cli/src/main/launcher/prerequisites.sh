# Makes sure of JDK 17+ and Maven 3.8+; sourced by ./pergola and ./verify.
# On an apt machine as root it installs what is missing and says so; elsewhere it names the command.

# Without a locale, Java takes file names for ASCII and refuses others.
if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
  export LC_ALL=C.UTF-8
fi

# From the JDK's own release file, which is there at once; a JVM takes a while to answer.
java_major() {
  local javac release
  javac=$(command -v javac 2>/dev/null) || return 1
  release="$(dirname "$(dirname "$(readlink -f "$javac")")")/release"
  if [ -f "$release" ]; then
    sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$release"
  else
    javac -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p' | head -n 1
  fi
}

maven_version() {
  command -v mvn >/dev/null 2>&1 || return 1
  mvn --version 2>/dev/null | sed -E 's/\x1b\[[0-9;]*m//g' | sed -nE 's/^Apache Maven ([0-9]+\.[0-9]+).*/\1/p' | head -n 1
}

has_java() {
  local major
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/javac" ]; then
    PATH="$JAVA_HOME/bin:$PATH"
  fi
  major=$(java_major) && [ "${major:-0}" -ge 17 ]
}

has_maven() {
  local version major minor
  version=$(maven_version) || return 1
  major=${version%%.*}
  minor=${version#*.}
  [ "${major:-0}" -gt 3 ] || { [ "${major:-0}" -eq 3 ] && [ "${minor:-0}" -ge 8 ]; }
}

install_command() { # package...
  case "$(uname -s)" in
    Darwin) echo "brew install openjdk@17 maven" ;;
    *)
      if command -v apt-get >/dev/null 2>&1; then
        echo "sudo apt-get update && sudo apt-get install -y $*"
      elif command -v dnf >/dev/null 2>&1; then
        echo "sudo dnf install -y java-17-openjdk-devel maven"
      elif command -v pacman >/dev/null 2>&1; then
        echo "sudo pacman -S --needed jdk17-openjdk maven"
      elif command -v apk >/dev/null 2>&1; then
        echo "sudo apk add openjdk17 maven"
      else
        echo "install a JDK (17 or later) and Apache Maven (3.8 or later), and put both on the PATH"
      fi
      ;;
  esac
}

# The newest headless JDK that this apt knows, 17 at least.
apt_jdk() {
  local version
  for version in 17 21 25; do
    if apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      echo "openjdk-$version-jdk-headless"
      return
    fi
  done
  echo default-jdk-headless
}

ensure_java() {
  has_java || ensure_java_and_maven
}

ensure_java_and_maven() {
  local missing=() words=()
  has_java || words+=("JDK 17 or later")
  has_maven || words+=("Maven 3.8 or later")
  [ "${#words[@]}" -gt 0 ] || return 0

  local list
  list=$(printf '%s and ' "${words[@]}")
  list=${list% and }
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Cannot start: $list not found. Type this, then try again:" >&2
    echo "  $(install_command openjdk-17-jdk-headless maven)" >&2
    exit 4
  fi

  echo "Installing $list with apt-get (once) ..." >&2
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! apt-get update >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "Cannot update apt's package lists. Mend /etc/apt/sources.list or the network, then try again." >&2
    exit 4
  fi
  has_java || missing+=("$(apt_jdk)")
  has_maven || missing+=(maven)
  # Java's certificate store needs /proc; ca-certificates comes first so that its hooks find it.
  if ! apt-get install -y --no-install-recommends ca-certificates "${missing[@]}" >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "Cannot install ${missing[*]}. The last lines of apt-get are above; the log is $log." >&2
    exit 4
  fi
  hash -r
  if ! has_java || ! has_maven; then
    echo "Cannot start: ${missing[*]} was installed, but this distribution's JDK or Maven is too old." >&2
    echo "Install a JDK (17 or later) and Apache Maven (3.8 or later) by hand, and put both on the PATH." >&2
    exit 4
  fi
  rm -f "$log"
  echo "Installed: $(javac -version 2>&1), Maven $(maven_version)." >&2
}

# Node.js runs what is exported for browsers. Without it, and no way to install it, that test is left out.
ensure_node() {
  if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    return 0
  fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Node.js with npm not found: the test that runs exported models in a browser's runtime is left out." >&2
    return 0
  fi
  echo "Installing Node.js and npm with apt-get (once) ..." >&2
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install -y --no-install-recommends ca-certificates nodejs npm; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "Cannot install nodejs and npm: the test that runs exported models in a browser's runtime is left out. The last lines of apt-get are above; the log is $log." >&2
    return 0
  fi
  hash -r
  rm -f "$log"
}
