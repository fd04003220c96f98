package io.pergola.metadata;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteNotificationLedgerTest extends NotificationLedgerContract {
  @TempDir Path folder;

  @Override
  MetadataStore open() {
    return MetadataStore.open(folder.resolve("metadata.db"), clock);
  }
}
