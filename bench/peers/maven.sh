# Sourced by the Java peers: maven_build NAME BUILD-DIR builds the project NAME of this folder under BUILD-DIR/NAME, with a local repository in
# BUILD-DIR/m2, and sets class_path. Exits 77 and says why when there is no Java or the packages cannot be had.
maven_build() {
  local from build=$2/$1 shared
  shared=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  from=$shared/$1
  command -v java >/dev/null && command -v mvn >/dev/null || { echo 'ABSENT: no Java with Maven' >&2; exit 77; }
  if [ ! -f "$build/built" ] || [ -n "$(find "$from" "$shared/pom.xml" -newer "$build/built" -print -quit)" ]; then
    rm -rf "$build"
    mkdir -p "$build"
    cp "$shared/pom.xml" "$2/pom.xml"
    cp -r "$from/pom.xml" "$from/src" "$build/"
    (cd "$build" && mvn -q -B -Dstyle.color=never -Dmaven.repo.local="$(realpath "$2")/m2" package >mvn.log 2>&1) ||
      { echo "ABSENT: Maven could not build it: $(grep -m 1 ERROR "$build/mvn.log")" >&2; exit 77; }
    touch "$build/built"
  fi
  class_path="$build/target/$1-1.jar:$build/target/lib/*"
}
