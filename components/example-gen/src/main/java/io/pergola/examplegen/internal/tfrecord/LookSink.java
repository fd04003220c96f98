package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.internal.FoundColumns;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Takes note of what features are there, and of what types. Not thread-safe. */
final class LookSink implements FeatureSink {
  private final FoundColumns found;
  private final Supplier<RecordPlace> place;
  private final NameTable context = new NameTable();
  private final NameTable lists = new NameTable();
  private final List<FoundColumns.Seen> contextSeen = new ArrayList<>();
  private final List<FoundColumns.Seen> listsSeen = new ArrayList<>();
  private boolean present;

  LookSink(FoundColumns found, Supplier<RecordPlace> place) {
    this.found = found;
    this.place = place;
  }

  @Override
  public int feature(byte[] bytes, int from, int to, boolean sequence) {
    NameTable table = sequence ? lists : context;
    List<FoundColumns.Seen> seen = sequence ? listsSeen : contextSeen;
    int number = table.numberOf(bytes, from, to);
    if (number == seen.size()) {
      seen.add(found.of(table.name(number)));
    }
    present = false;
    return number << 1 | (sequence ? 1 : 0);
  }

  private FoundColumns.Seen seen(int feature) {
    return ((feature & 1) == 0 ? contextSeen : listsSeen).get(feature >> 1);
  }

  @Override
  public void present(int feature) {
    present = true;
  }

  @Override
  public void endStep(int feature, int values) {
    if (values != 1) {
      found
          .of(lists.name(feature >> 1) + TfRecordFormat.LENGTHS)
          .add(FoundColumns.WHOLE | FoundColumns.LIST, place);
    }
  }

  @Override
  public void end(int feature, int values) {
    if (present && (values != 1 || (feature & 1) != 0)) {
      seen(feature).add(FoundColumns.LIST, place);
    }
  }

  @Override
  public void whole(int feature, long value) {
    seen(feature).add(FoundColumns.WHOLE, place);
  }

  @Override
  public void number(int feature, float value) {
    seen(feature).add(FoundColumns.NUMBER, place);
  }

  @Override
  public void bytes(int feature, byte[] bytes, int from, int to) {
    FoundColumns.Seen seen = seen(feature);
    if (!seen.has(FoundColumns.BYTES)) {
      seen.add(Utf8.isValid(bytes, from, to) ? FoundColumns.TEXT : FoundColumns.BYTES, place);
    }
  }
}
