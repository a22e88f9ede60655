//! Functions of numbers, as C# defines them.

use crate::run::{Error, ErrorKind};
use alloc::{format, string::String};

/// Integers of a fixed width.
pub(crate) trait Whole: Copy {
    fn quotient(self, divisor: Self) -> Option<Self>;
    fn remainder(self, divisor: Self) -> Option<Self>;
    fn is_zero(self) -> bool;
}

macro_rules! whole {
    ($($type:ty)*) => {
        $(impl Whole for $type {
            fn quotient(self, divisor: Self) -> Option<Self> {
                self.checked_div(divisor)
            }

            fn remainder(self, divisor: Self) -> Option<Self> {
                self.checked_rem(divisor)
            }

            fn is_zero(self) -> bool {
                self == 0
            }
        })*
    };
}

whole!(i32 u32 i64 u64);

fn why<T: Whole>(divisor: T) -> Error {
    if divisor.is_zero() { ErrorKind::DivisionByZero.into() } else { ErrorKind::Overflow.into() }
}

/// `x / y`
pub(crate) fn divide<T: Whole>(x: T, y: T) -> Result<T, Error> {
    x.quotient(y).ok_or_else(|| why(y))
}

/// `x % y`
pub(crate) fn remainder<T: Whole>(x: T, y: T) -> Result<T, Error> {
    x.remainder(y).ok_or_else(|| why(y))
}

/// What a checked computation gave.
pub(crate) fn checked<T>(result: Option<T>) -> Result<T, Error> {
    result.ok_or_else(|| ErrorKind::Overflow.into())
}

/// A conversion in a checked context.
pub(crate) fn convert<T: TryFrom<U>, U>(value: U) -> Result<T, Error> {
    checked(T::try_from(value).ok())
}

/// The sum of two counters.
pub(crate) fn count_up(x: u64, y: u64) -> Result<u64, Error> {
    match x.checked_add(y) {
        Some(sum) if sum < 1 << 63 => Ok(sum),
        _ => Err(ErrorKind::CounterOverflow.into()),
    }
}

/// The logarithm of a signed integer; that of 0 is 0.
pub(crate) fn log2(x: i64) -> Result<u32, Error> {
    if x < 0 { Err(ErrorKind::OutOfRange.into()) } else { Ok((x | 1).ilog2()) }
}

/// Bits by which doubles are compared: one pattern for all NaNs.
pub(crate) fn bits(x: f64) -> u64 {
    if x.is_nan() { 0x7FF8_0000_0000_0000 } else { x.to_bits() }
}

/// Equality of terms, not of numbers: 0.0 and -0.0 differ, NaNs do not.
pub(crate) fn same(x: f64, y: f64) -> bool {
    bits(x) == bits(y)
}

/// `Math.Sign`
pub(crate) fn sign(x: f64) -> Result<i32, Error> {
    if x.is_nan() {
        return Err(ErrorKind::NotANumber.into());
    }
    Ok(i32::from(x > 0.0) - i32::from(x < 0.0))
}

/// `Math.Min`
pub(crate) fn min(x: f64, y: f64) -> f64 {
    if x.is_nan() || x < y || x == y && x.is_sign_negative() { x } else { y }
}

/// `Math.Max`
pub(crate) fn max(x: f64, y: f64) -> f64 {
    if x.is_nan() || x > y || x == y && x.is_sign_positive() { x } else { y }
}

/// `double.IsInteger`
pub(crate) fn is_integer(x: f64) -> bool {
    x.is_finite() && (x.abs() >= 9_007_199_254_740_992.0 || x as i64 as f64 == x)
}

/// A conversion in a checked context; the bounds are those that are out of range.
pub(crate) fn within(x: f64, below: f64, above: f64) -> Result<f64, Error> {
    if x > below && x < above { Ok(x) } else { Err(ErrorKind::Overflow.into()) }
}

/// Writes a double as C# does, so that it reads back to the same bits.
pub(crate) fn print(x: f64, out: &mut String) {
    if x.is_nan() {
        return out.push_str("double.NaN");
    }
    if x.is_infinite() {
        return out.push_str(if x > 0.0 { "double.PositiveInfinity" } else { "double.NegativeInfinity" });
    }
    if x == 0.0 {
        return out.push_str(if x.is_sign_negative() { "-0.0" } else { "0.0" });
    }
    let text = format!("{x:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..15).contains(&exponent) {
        let plain = format!("{x}");
        out.push_str(&plain);
        if !plain.contains('.') {
            out.push_str(".0");
        }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("{digits}E{sign}{:02}", exponent.abs()));
    }
}

/// The functions of the C library; they need the feature `std`.
#[cfg(feature = "std")]
pub(crate) mod real {
    use core::hint::black_box;

    macro_rules! functions {
        ($($name:ident)*) => {
            $(pub(crate) fn $name(x: f64) -> f64 {
                // Not computed when compiling: what the library gives is the result everywhere.
                black_box(x).$name()
            })*
        };
    }

    functions!(sqrt exp ln log10 log2 sin cos tan asin acos atan sinh cosh tanh floor ceil trunc);

    pub(crate) fn pow(x: f64, y: f64) -> f64 {
        black_box(x).powf(black_box(y))
    }

    pub(crate) fn atan2(x: f64, y: f64) -> f64 {
        black_box(x).atan2(black_box(y))
    }

    pub(crate) fn round(x: f64) -> f64 {
        x.round_ties_even()
    }

    pub(crate) fn fma(x: f64, y: f64, z: f64) -> f64 {
        x.mul_add(y, z)
    }

    // Those of Rust's library are computed in another way.
    #[cfg(feature = "ffi")]
    #[allow(unused_imports, reason = "not every module needs them")]
    pub(crate) use crate::ffi::{acosh, asinh, atanh, cbrt};

    #[cfg(not(feature = "ffi"))]
    functions!(asinh acosh atanh cbrt);
}
