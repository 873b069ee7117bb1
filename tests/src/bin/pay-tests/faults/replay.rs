//! One schedule, by its seed: run, cut down, told, kept.

use std::process::ExitCode;

use pay_tests::faults::{
    checker::check,
    draw::{Wish, draw},
    past,
    shrink::shrink,
    world,
};

pub(super) fn run(seed: u64, wish: &Wish, keep: Option<&str>) -> ExitCode {
    let schedule = draw(seed, wish);
    let trace = world::run(&schedule).trace;
    let (violations, _) = check(&trace);
    let Some(first) = violations.first() else {
        println!("{schedule:#?}\n{trace:#?}\nseed {seed}: every promise holds");
        return ExitCode::SUCCESS;
    };
    let small = shrink(&schedule, first.counter);
    let trace = world::run(&small).trace;
    println!("{small:#?}\n{trace:#?}");
    for violation in check(&trace).0 {
        println!("{}: {}", violation.counter.as_str(), violation.what);
    }
    match keep.map(|name| past::keep(name, &small)) {
        Some(Ok(path)) => println!("kept as {}", path.display()),
        Some(Err(error)) => eprintln!("error: {error}"),
        None => {}
    }
    ExitCode::FAILURE
}
