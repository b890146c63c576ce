//! What the build needs beside Rust, how to find it, and how to get it.
//!
//! XGBoost is C++ and is built from source: a C++ compiler and CMake (with make) compile it, libclang
//! lets bindgen read its headers. The search for libclang follows that of the `clang-sys` crate.

use crate::error::XtaskError;
use crate::shell;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tool that the build needs.
struct Tool {
    name: &'static str,
    why: &'static str,
    apt: &'static str,
    present: fn() -> bool,
}

const TOOLS: [Tool; 4] = [
    Tool { name: "a C++ compiler", why: "compiles XGBoost", apt: "g++", present: has_cxx },
    Tool { name: "make", why: "runs XGBoost's CMake build", apt: "make", present: has_make },
    Tool { name: "cmake", why: "configures XGBoost's build", apt: "cmake", present: has_cmake },
    Tool {
        name: "libclang",
        why: "bindgen reads XGBoost's headers with it",
        apt: "libclang-dev",
        present: has_libclang,
    },
];

/// Makes sure the tools are there: installs what is missing where that needs nobody's consent
/// (apt-get, as root or with password-less sudo), else names it with the one command to run.
pub(crate) fn ensure() -> Result<(), XtaskError> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|tool| format!("{}: {}", tool.name, tool.why)).collect();
    let packages: Vec<&str> = missing.iter().map(|tool| tool.apt).collect();
    let Some(sudo) = apt_rights() else {
        return Err(XtaskError::MissingPrerequisites { missing: names, remedy: remedy(&packages) });
    };
    for line in &names {
        eprintln!("missing: {line}");
    }
    eprintln!("installing {} with apt-get", packages.join(" "));
    // A stale list is no reason to stop: the install below says whether it was enough.
    shell::run(apt(sudo).args(["-qq", "update"]))?;
    shell::require(
        apt(sudo).args(["-qq", "install", "-y", "--no-install-recommends"]).args(&packages),
    )?;
    match TOOLS.iter().find(|tool| !(tool.present)()) {
        None => Ok(()),
        Some(tool) => Err(XtaskError::MissingPrerequisites {
            missing: vec![format!("{}: {} (still not found)", tool.name, tool.why)],
            remedy: "set CXX, PATH or LIBCLANG_PATH to where it is".into(),
        }),
    }
}

/// A tool that cargo installs, such as `cargo-deny`: the one on `PATH`, or else that of the cache folder, into which it is put
/// where there is none. `None` where it cannot be had.
pub(crate) fn cargo_tool(workspace: &Workspace, name: &str) -> Result<Option<PathBuf>, XtaskError> {
    let tools = workspace.cache_dir().join("tools");
    let kept = tools.join("bin").join(name);
    let program = if on_path(name) { name.into() } else { kept };
    let runs = || shell::succeeds(Command::new(&program).arg("--version"));
    if !runs() {
        let mut install = workspace.cargo();
        install.args(["install", "--quiet", "--locked", name, "--root"]).arg(tools);
        // It runs for seconds: what its own release profile would optimise costs minutes.
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        shell::run(&mut install)?;
    }
    Ok(runs().then_some(program))
}

/// How we may call apt-get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
}

fn apt_rights() -> Option<Rights> {
    if !on_path("apt-get") {
        return None;
    }
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(Rights::Root);
    }
    shell::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(Rights::Sudo)
}

fn apt(rights: Rights) -> Command {
    match rights {
        Rights::Root => {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive");
            command
        }
        Rights::Sudo => {
            let mut command = Command::new("sudo");
            command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
    }
}

fn remedy(packages: &[&str]) -> String {
    if cfg!(target_os = "macos") {
        "run `xcode-select --install && brew install cmake llvm libomp`, and set LIBCLANG_PATH to \
         `$(brew --prefix llvm)/lib` if libclang is still not found"
            .into()
    } else if on_path("apt-get") {
        format!("run `sudo apt-get update && sudo apt-get install -y {}`", packages.join(" "))
    } else if on_path("dnf") {
        "run `sudo dnf install -y gcc-c++ make cmake clang-devel`".into()
    } else if on_path("pacman") {
        "run `sudo pacman -S --needed gcc make cmake clang`".into()
    } else if on_path("apk") {
        "run `apk add g++ make cmake clang-dev`".into()
    } else {
        "install a C++ compiler, make, CMake and libclang with your system's package manager".into()
    }
}

fn has_cxx() -> bool {
    std::env::var_os("CXX").is_some() || ["c++", "g++", "clang++"].into_iter().any(on_path)
}

fn has_make() -> bool {
    // A generator chosen by the user (ninja, say) brings its own tool.
    std::env::var_os("CMAKE_GENERATOR").is_some() || ["make", "gmake"].into_iter().any(on_path)
}

fn has_cmake() -> bool {
    std::env::var_os("CMAKE").is_some() || on_path("cmake")
}

fn has_libclang() -> bool {
    if let Some(given) = std::env::var_os("LIBCLANG_PATH") {
        let given = PathBuf::from(given);
        return given.is_file() || holds_libclang(&given);
    }
    llvm_config_folder().is_some_and(|folder| holds_libclang(&folder))
        || library_folders().iter().any(|folder| holds_libclang(folder))
}

fn llvm_config_folder() -> Option<PathBuf> {
    let program = std::env::var_os("LLVM_CONFIG_PATH").unwrap_or_else(|| "llvm-config".into());
    let output = Command::new(program).arg("--libdir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// The system's library folders and two levels below them.
fn library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/opt/llvm/lib"]
            .iter()
            .map(PathBuf::from)
            .collect();
    for variable in ["LD_LIBRARY_PATH", "LIBRARY_PATH"] {
        if let Some(paths) = std::env::var_os(variable) {
            folders.extend(std::env::split_paths(&paths));
        }
    }
    folders.push("/Library/Developer/CommandLineTools/usr/lib".into());
    for root in ["/usr/lib", "/usr/lib64", "/usr/local", "/usr/local/lib"] {
        for below in subfolders(Path::new(root)) {
            folders.extend(subfolders(&below));
            folders.push(below);
        }
    }
    folders
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn holds_libclang(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        // A dangling link has the name but not the library.
        is_libclang(&entry.file_name().to_string_lossy()) && path.exists()
    })
}

fn is_libclang(name: &str) -> bool {
    let shared = name.ends_with(".so") || name.contains(".so.") || name.ends_with(".dylib");
    let numbered = name
        .strip_prefix("libclang-")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    shared && (name.starts_with("libclang.") || numbered)
}

/// Whether an executable of this name is on `PATH`.
pub(crate) fn on_path(name: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::is_libclang;

    fn check(name: &str, expect: bool) {
        assert_eq!(is_libclang(name), expect, "{name}");
    }

    #[test]
    fn libclang_is_known_by_its_file_names() {
        check("libclang.so", true);
        check("libclang.so.1", true);
        check("libclang-14.so.1", true);
        check("libclang-14.0.6.so", true);
        check("libclang.dylib", true);
        check("libclang-cpp.so.14", false);
        check("libclangAST.a", false);
        check("libclang_rt.asan-x86_64.so", false);
    }
}
