//! Tells cargo which folders are embedded: a new file in them is no change of any source file.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
