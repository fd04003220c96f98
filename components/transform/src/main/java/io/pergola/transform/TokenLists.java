package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TokenList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a plan computes of lists of texts: once for each distinct list, or each distinct text. */
final class TokenLists {
  private TokenLists() {}

  /** The runs of anything but white space. */
  static Lists tokenize(BytesColumn text) {
    return split(text, TokenLists::addWords);
  }

  /** The parts that match. */
  static Lists find(BytesColumn text, TokenList.Find e) {
    Pattern pattern = Pattern.compile(e.pattern(), e.flags());
    return split(
        text,
        (data, from, to, tokens) -> {
          String whole = new String(data, from, to - from, StandardCharsets.UTF_8);
          Matcher matcher = pattern.matcher(whole);
          while (matcher.find()) {
            tokens.add(whole, matcher.start(), matcher.end());
          }
        });
  }

  /** The parts between those that match. */
  static Lists split(BytesColumn text, TokenList.Split e) {
    Pattern pattern = Pattern.compile(e.pattern(), e.flags());
    return split(
        text,
        (data, from, to, tokens) -> {
          String whole = new String(data, from, to - from, StandardCharsets.UTF_8);
          Matcher matcher = pattern.matcher(whole);
          int start = 0;
          while (matcher.find()) {
            tokens.add(whole, start, matcher.start());
            start = matcher.end();
          }
          tokens.add(whole, start, whole.length());
        });
  }

  private static void addWords(byte[] data, int from, int to, Tokens tokens) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (data[i] < 0) {
        String whole = new String(data, from, to - from, StandardCharsets.UTF_8);
        tokens.dropList();
        addWords(whole, tokens);
        return;
      }
      if (Character.isWhitespace(data[i])) {
        tokens.add(data, start, i);
        start = i + 1;
      }
    }
    tokens.add(data, start, to);
  }

  private static void addWords(String text, Tokens tokens) {
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      // White space is one char each.
      if (Character.isWhitespace(text.charAt(i))) {
        tokens.add(text, start, i);
        start = i + 1;
      }
    }
    tokens.add(text, start, text.length());
  }

  private static Lists split(BytesColumn text, Splitter splitter) {
    int[] offsets = text.entryOffsets();
    Tokens tokens = new Tokens(text.entryCount());
    for (int entry = 0; entry < text.entryCount(); entry++) {
      splitter.split(text.data(), offsets[entry], offsets[entry + 1], tokens);
      tokens.endList();
    }
    return new Lists(text.rows(), text.ids(), text.presence(), tokens.column());
  }

  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  static Lists each(Lists lists, TextFunction.Name function) {
    BytesColumn values = (BytesColumn) lists.values();
    BytesColumn mapped = Texts.map(values, function);
    return lists.with(
        new BytesColumn(
            "",
            mapped.type(),
            values.rows(),
            mapped.data(),
            mapped.entryOffsets(),
            values.ids(),
            null,
            values.offsets()));
  }

  static Lists ngrams(Lists lists, TokenList.NGrams e) {
    BytesColumn values = (BytesColumn) lists.values();
    byte[] separator = e.separator().getBytes(StandardCharsets.UTF_8);
    Tokens tokens = new Tokens(lists.count());
    for (int list = 0; list < lists.count(); list++) {
      int end = values.end(list);
      for (int start = values.start(list); start < end; start++) {
        int last = Math.min(end, start + e.to());
        tokens.startJoined();
        for (int value = start; value < last; value++) {
          if (value > start) {
            tokens.join(separator, 0, separator.length);
          }
          int entry = values.entry(value);
          tokens.join(values.data(), values.entryOffsets()[entry], values.entryLength(entry));
          if (value - start + 1 >= e.from()) {
            tokens.addJoined();
          }
        }
      }
      tokens.endList();
    }
    return lists.with(tokens.column());
  }

  static Lists distinct(Lists lists) {
    BytesColumn values = (BytesColumn) lists.values();
    TermTable table = new TermTable();
    int[] firstOfTerm = new int[values.entryCount()];
    int[] canonical = new int[values.entryCount()];
    for (int entry = 0; entry < canonical.length; entry++) {
      int from = values.entryOffsets()[entry];
      int length = values.entryLength(entry);
      int known = table.size();
      int term =
          table.add(values.data(), from, length, Fingerprint64.of(values.data(), from, length));
      if (term == known) {
        firstOfTerm[term] = entry;
      }
      canonical[entry] = firstOfTerm[term];
    }
    return lists.distinct(canonical);
  }

  /** Hands on the tokens of one text. */
  private interface Splitter {
    void split(byte[] data, int from, int to, Tokens tokens);
  }

  /** Lists of tokens that grow, each distinct token kept once. */
  private static final class Tokens {
    private final TermTable table = new TermTable();
    private final int[] offsets;
    private int lists;
    private int[] entries = new int[64];
    private int size;
    private byte[] joined = new byte[64];
    private int joinedLength;

    Tokens(int lists) {
      offsets = new int[lists + 1];
    }

    /** Adds a token, unless it is empty. */
    void add(byte[] data, int from, int to) {
      if (to > from) {
        put(data, from, to - from);
      }
    }

    void add(String text, int from, int to) {
      if (to > from) {
        byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        put(bytes, 0, bytes.length);
      }
    }

    void startJoined() {
      joinedLength = 0;
    }

    void join(byte[] data, int from, int length) {
      int end = Math.addExact(joinedLength, length);
      if (end > joined.length) {
        joined = Arrays.copyOf(joined, Math.max(end, joined.length * 2));
      }
      System.arraycopy(data, from, joined, joinedLength, length);
      joinedLength = end;
    }

    void addJoined() {
      put(joined, 0, joinedLength);
    }

    private void put(byte[] data, int from, int length) {
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, size * 2);
      }
      entries[size++] = table.add(data, from, length, Fingerprint64.of(data, from, length));
    }

    /** Forgets the tokens of the list that has begun. */
    void dropList() {
      size = offsets[lists];
    }

    void endList() {
      offsets[++lists] = size;
    }

    BytesColumn column() {
      return Lists.texts(table, offsets, Arrays.copyOf(entries, size));
    }
  }
}
