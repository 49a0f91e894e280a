"""Sizes that say little: what is sealed is padded to few lengths, so that an onlooker does not read counts off them."""

MIN_PADDED = 1024


def padded_size(size: int) -> int:
    """The length to pad ``size`` bytes to: 1,024 at least, beyond that Padmé, which adds 12 % at most.

    Padmé keeps as many leading bits of a length as it takes to write the number of its bits, and rounds up the rest.
    Source: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing Metadata Leakage from Encrypted Files and
    Communication with PURBs", PoPETs 2019(4), section 4.
    """
    if size <= MIN_PADDED:
        return MIN_PADDED
    exponent = size.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (size + mask) & ~mask
