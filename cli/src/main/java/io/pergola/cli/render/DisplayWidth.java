package io.pergola.cli.render;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many columns of a terminal a text takes: by character as a reader sees it (a cluster of UAX
 * #29), 2 where East Asian Width (UAX #11, of Unicode 16) is Wide or Fullwidth, in emoji
 * presentation, and for the two letters of a flag; 0 for what only combines; otherwise 1. Ambiguous
 * characters are narrow, as terminals have them outside East Asian locales. Terminals differ in
 * rare sequences of emoji.
 */
final class DisplayWidth {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int EMOJI_PRESENTATION = 0xFE0F;
  private static final int SOFT_HYPHEN = 0xAD;

  /** First and last characters of the ranges that are wide, ascending: EastAsianWidth.txt. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3,
    0x25FD, 0x25FE, 0x2614, 0x2615, 0x2630, 0x2637, 0x2648, 0x2653, 0x267F, 0x267F, 0x268A, 0x268F,
    0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE,
    0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD,
    0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
    0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50,
    0x2B55, 0x2B55, 0x2E80, 0x303E, 0x3041, 0x3247, 0x3250, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3,
    0xF900, 0xFAFF, 0xFE10, 0xFE1F, 0xFE30, 0xFE6F, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0,
    0x18DFF, 0x1AFF0, 0x1B2FF, 0x1D300, 0x1D356, 0x1D360, 0x1D376, 0x1F004, 0x1F004, 0x1F0CF,
    0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F335, 0x1F337,
    0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4,
    0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B,
    0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB,
    0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5, 0x1F6D7, 0x1F6DC,
    0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C,
    0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x2FFFD, 0x30000,
    0x3FFFD
  };

  private DisplayWidth() {}

  /** The columns that a text takes. */
  static int of(String text) {
    if (isPlain(text)) {
      return text.length();
    }
    int width = 0;
    Matcher cluster = CLUSTER.matcher(text);
    while (cluster.find()) {
      width += ofCluster(cluster.group());
    }
    return width;
  }

  /** The longest beginning that takes at most so many columns and cuts no cluster. */
  static String cut(String text, int columns) {
    int width = 0;
    Matcher cluster = CLUSTER.matcher(text);
    while (cluster.find()) {
      width += ofCluster(cluster.group());
      if (width > columns) {
        return text.substring(0, cluster.start());
      }
    }
    return text;
  }

  /** Whether each char is a character of one column, as almost always. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x300) {
        return false;
      }
    }
    return true;
  }

  private static int ofCluster(String cluster) {
    int first = cluster.codePointAt(0);
    boolean isMore = cluster.length() > Character.charCount(first);
    if (isMore && (isLetterOfFlag(first) || cluster.indexOf(EMOJI_PRESENTATION) > 0)) {
      return 2;
    }
    return cluster.codePoints().map(DisplayWidth::ofCharacter).max().orElse(0);
  }

  private static boolean isLetterOfFlag(int character) {
    return character >= 0x1F1E6 && character <= 0x1F1FF;
  }

  private static int ofCharacter(int character) {
    int type = Character.getType(character);
    boolean isCombining =
        type == Character.NON_SPACING_MARK
            || type == Character.ENCLOSING_MARK
            || (type == Character.FORMAT && character != SOFT_HYPHEN)
            || (character >= 0x1160 && character <= 0x11FF);
    if (isCombining) {
      return 0;
    }
    int at = Arrays.binarySearch(WIDE, character);
    boolean isInside = at >= 0 || ((-at - 1) & 1) == 1;
    return isInside ? 2 : 1;
  }
}
