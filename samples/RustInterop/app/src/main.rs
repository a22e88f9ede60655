//! Takes the derivative of a polynomial, as Program.cs does, with the crate that the C# project's build writes.

use derivatives::{Error, ErrorKind, Expr, at, derive, simplify};

fn main() -> Result<(), Error> {
    let cube = Expr::add(Expr::mul(Expr::X, Expr::mul(Expr::X, Expr::X)), Expr::mul(Expr::Num(5), Expr::X));
    let derivative = simplify(&derive(&cube)?)?;
    println!("{derivative}");
    println!("{}", at(&derivative, 3)?);
    match at(&derivative, i64::MAX) {
        Ok(value) => println!("{value}"),
        Err(error) if *error.kind() == ErrorKind::Overflow => println!("overflow"),
        Err(error) => return Err(error),
    }
    Ok(())
}
