package io.pergola.validation.internal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The image formats that are told by the first bytes of a file. */
enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP;

  private static final int[] PNG_BYTES = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** The format of some bytes; null if they are no image. */
  static @Nullable ImageFormat of(byte[] data, int from, int length) {
    if (length < 4) {
      return null;
    }
    return switch (data[from] & 0xff) {
      case 0xff -> starts(data, from + 1, 0xd8, 0xff) ? JPEG : null;
      case 0x89 -> length >= PNG_BYTES.length && starts(data, from, PNG_BYTES) ? PNG : null;
      case 'G' ->
          length >= 6
                  && starts(data, from, 'G', 'I', 'F', '8')
                  && (data[from + 4] == '7' || data[from + 4] == '9')
                  && data[from + 5] == 'a'
              ? GIF
              : null;
      case 'B' ->
          length >= 26 && data[from + 1] == 'M' && sizeOf(data, from) == length ? BMP : null;
      case 'R' ->
          length >= 12
                  && starts(data, from, 'R', 'I', 'F', 'F')
                  && starts(data, from + 8, 'W', 'E', 'B', 'P')
              ? WEBP
              : null;
      default -> null;
    };
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The size of the file as the header of a BMP has it: "BM" alone is too little to tell by. */
  private static long sizeOf(byte[] data, int from) {
    return (data[from + 2] & 0xffL)
        | (data[from + 3] & 0xffL) << 8
        | (data[from + 4] & 0xffL) << 16
        | (data[from + 5] & 0xffL) << 24;
  }

  private static boolean starts(byte[] data, int from, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if ((data[from + i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
