package io.pergola.transform;

import io.pergola.beam.LongColumn;
import io.pergola.feature.FixedVector;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How many lists there are, and how many of them have each id. */
final class DocumentCounts implements Accumulator {
  static final int KIND = 7;

  private long[] documents;
  private long total;

  /**
   * @param size above every id
   */
  DocumentCounts(int size) {
    documents = new long[size];
  }

  void add(Lists ids) {
    LongColumn values = (LongColumn) ids.values();
    int[] uses = ids.uses();
    int[] lastList = new int[documents.length];
    for (int list = 0; list < uses.length; list++) {
      total += uses[list];
      for (int value = values.start(list); value < values.end(list); value++) {
        int id = (int) values.value(value);
        if (id >= 0 && lastList[id] <= list) {
          lastList[id] = list + 1;
          documents[id] += uses[list];
        }
      }
    }
  }

  /** Without the zeros behind the last id that any list has. */
  Fitted.TfIdf fit(FixedVector.TfIdf of) {
    int last = documents.length;
    while (last > 0 && documents[last - 1] == 0) {
      last--;
    }
    List<Long> counts = new ArrayList<>(last);
    for (int id = 0; id < last; id++) {
      counts.add(documents[id]);
    }
    return new Fitted.TfIdf(of, total, counts);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public DocumentCounts empty() {
    return new DocumentCounts(documents.length);
  }

  @Override
  public void merge(Accumulator other) {
    DocumentCounts that = (DocumentCounts) other;
    total += that.total;
    if (that.documents.length > documents.length) {
      documents = Arrays.copyOf(documents, that.documents.length);
    }
    for (int id = 0; id < that.documents.length; id++) {
      documents[id] += that.documents[id];
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(total);
    out.writeInt(documents.length);
    for (long count : documents) {
      out.writeLong(count);
    }
  }

  static DocumentCounts readState(DataInput in) throws IOException {
    long total = in.readLong();
    DocumentCounts read = new DocumentCounts(in.readInt());
    read.total = total;
    for (int id = 0; id < read.documents.length; id++) {
      read.documents[id] = in.readLong();
    }
    return read;
  }
}
