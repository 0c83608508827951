//! Variable-length integers.
//!
//! A number is a sequence of digits of `BITS` bits, least significant first, one byte each. Every digit but the
//! last has the next higher bit set.

/// Bits per digit of the usual encoding, LEB128.
pub(crate) const LEB128_BITS: u32 = 7;
/// Bits per digit of an encoding that is valid ASCII.
pub(crate) const ASCII_BITS: u32 = 6;

/// Encodes a number; calls `push` with each byte.
pub(crate) fn write<const BITS: u32>(mut number: usize, mut push: impl FnMut(u8)) {
    while number >> BITS > 0 {
        push(lowest_digit::<BITS>(number) | 1 << BITS);
        number >>= BITS;
    }
    push(lowest_digit::<BITS>(number));
}

/// Decodes the number at the beginning of `bytes` and returns it with its length in bytes; `None` if the input ends
/// within the number or the number is too large.
pub(crate) fn read<const BITS: u32>(bytes: impl Iterator<Item = u8>) -> Option<(usize, usize)> {
    let mut number = 0;
    for (at, byte) in bytes.enumerate() {
        let shift = u32::try_from(at).ok()?.checked_mul(BITS)?;
        number |= usize::from(byte & ((1 << BITS) - 1)).checked_shl(shift)?;
        if byte < 1 << BITS {
            return Some((number, at + 1));
        }
    }
    None
}

#[expect(clippy::cast_possible_truncation, reason = "takes the lowest bits")]
fn lowest_digit<const BITS: u32>(number: usize) -> u8 {
    number as u8 & ((1 << BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded<const BITS: u32>(number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        write::<BITS>(number, |byte| bytes.push(byte));
        bytes
    }

    #[test]
    fn small_numbers_take_one_byte() {
        assert_eq!(encoded::<LEB128_BITS>(127), [127]);
        assert_eq!(encoded::<LEB128_BITS>(128), [0x80, 1]);
        assert_eq!(encoded::<ASCII_BITS>(63), [63]);
        assert_eq!(encoded::<ASCII_BITS>(64), [0x40, 1]);
    }

    proptest! {
        #[test]
        fn read_reverses_write(shift in 0u32..64, number in any::<usize>(), rest in any::<u8>()) {
            let number = number >> shift;
            for bytes in [encoded::<LEB128_BITS>(number), encoded::<ASCII_BITS>(number)] {
                let bits = if bytes == encoded::<LEB128_BITS>(number) { LEB128_BITS } else { ASCII_BITS };
                let read = |bytes: &[u8]| match bits {
                    LEB128_BITS => read::<LEB128_BITS>(bytes.iter().copied()),
                    _ => read::<ASCII_BITS>(bytes.iter().copied()),
                };
                prop_assert_eq!(read(&bytes[..bytes.len() - 1]), None);
                let len = bytes.len();
                let mut followed = bytes;
                followed.push(rest);
                prop_assert_eq!(read(&followed), Some((number, len)));
            }
        }
    }
}
