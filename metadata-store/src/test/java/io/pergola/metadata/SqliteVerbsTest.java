package io.pergola.metadata;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteVerbsTest extends VerbsContract {
  @TempDir Path folder;

  @Override
  MetadataStore open() {
    return MetadataStore.open(folder.resolve("a b?#%.db"), clock);
  }
}
