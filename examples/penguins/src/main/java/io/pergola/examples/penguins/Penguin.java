package io.pergola.examples.penguins;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One penguin of the Palmer archipelago, as it stands in the CSV file; any value may be missing.
 * Measures are scaled to 0..1 between the smallest and the largest penguin that was measured.
 *
 * @param species 0 for Adelie, 1 for chinstrap, 2 for gentoo
 * @param culmenLengthMm the upper ridge of the bill, scaled
 * @param culmenDepthMm scaled
 * @param flipperLengthMm scaled
 * @param bodyMassG scaled
 */
public record Penguin(
    @Nullable Integer species,
    @Nullable Float culmenLengthMm,
    @Nullable Float culmenDepthMm,
    @Nullable Float flipperLengthMm,
    @Nullable Float bodyMassG)
    implements Serializable {}
