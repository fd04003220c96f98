package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunDraft;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/** A process of its own that writes as fast as it can: {@code LOCATION NAME RUNS}. */
final class WriterProcess {
  private WriterProcess() {}

  /** Waits for a byte, opens the store, and says which of the contested runs it created. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("ready");
    if (System.in.read() < 0) {
      return;
    }
    String name = arguments[1];
    int runs = Integer.parseInt(arguments[2]);
    try (MetadataStore store = MetadataStore.open(arguments[0])) {
      OneRun.types(store);
      for (int i = 0; i < runs; i++) {
        OneRun.drive(store, name + "-" + i);
        String contested = "contested-" + i;
        try {
          store.runs().create(new RunDraft(contested, "taxi", "{}", new TreeMap<>(), List.of()));
          System.out.println(contested);
        } catch (MetadataStoreException e) {
          if (store.runs().find(contested).isEmpty()) {
            throw e;
          }
        }
      }
    }
  }
}
