package io.pergola.metadata;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteScheduleLedgerTest extends ScheduleLedgerContract {
  @TempDir Path folder;

  @Override
  MetadataStore open() {
    return MetadataStore.open(folder.resolve("metadata.db"), clock);
  }
}
