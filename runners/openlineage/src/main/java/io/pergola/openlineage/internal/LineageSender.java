package io.pergola.openlineage.internal;

import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.transports.ApiKeyTokenProvider;
import io.openlineage.client.transports.FileConfig;
import io.openlineage.client.transports.FileTransport;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import io.openlineage.client.transports.Transport;
import io.pergola.openlineage.LineageTarget;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends events one after the other; keeps those that nobody took. */
public final class LineageSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineageSender.class);
  private static final long PATIENCE_SECONDS = 10;

  /** After so many failures in a row the consumer is taken to be away for this run. */
  private static final int GIVE_UP_AFTER = 3;

  private final OpenLineageClient client;
  private final Path unsentFile;
  private final AtomicLong unsent = new AtomicLong();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread sender = new Thread(task, "pergola-openlineage");
            sender.setDaemon(true);
            return sender;
          });
  private int failuresInARow;

  /**
   * @param unsentFile where events go that the sink did not take, one JSON object a line
   */
  public LineageSender(LineageTarget.Sink sink, Path unsentFile) {
    this.client = new OpenLineageClient(transport(sink));
    this.unsentFile = unsentFile;
  }

  private static Transport transport(LineageTarget.Sink sink) {
    if (sink instanceof LineageTarget.File file) {
      return new FileTransport(new FileConfig(file.path().toString()));
    }
    LineageTarget.Http http = (LineageTarget.Http) sink;
    HttpConfig config = new HttpConfig();
    URI url = http.url();
    String path = url.getPath() == null ? "" : url.getPath();
    config.setUrl(URI.create(url.getScheme() + "://" + url.getRawAuthority()));
    if (!path.isEmpty() && !path.equals("/")) {
      config.setEndpoint(path);
    }
    config.setTimeoutInMillis(Math.toIntExact(http.timeout().toMillis()));
    String key = System.getenv("OPENLINEAGE_API_KEY");
    if (key != null && !key.isBlank()) {
      ApiKeyTokenProvider token = new ApiKeyTokenProvider();
      token.setApiKey(key);
      config.setAuth(token);
    }
    return new HttpTransport(config);
  }

  /**
   * Makes and sends events soon, after those before them. They are made by the sending thread: what
   * cannot be made (a file that is gone, say) is a warning in the log, and no failure of the run.
   */
  public void send(Supplier<List<RunEvent>> events) {
    thread.execute(
        () -> {
          try {
            events.get().forEach(this::emit);
          } catch (RuntimeException e) { // whatever it is: it must not end the run
            LOG.warn("Cannot make an OpenLineage event; it is left out", e);
          }
        });
  }

  private void emit(RunEvent event) {
    if (failuresInARow < GIVE_UP_AFTER) {
      try {
        client.emit(event);
        failuresInARow = 0;
        return;
      } catch (RuntimeException e) { // the client throws its own and Apache HttpClient's
        failuresInARow++;
        LOG.warn("Cannot send an OpenLineage event; it is kept in {}", unsentFile, e);
      }
    }
    keep(event);
  }

  private void keep(RunEvent event) {
    unsent.incrementAndGet();
    try {
      Files.createDirectories(unsentFile.toAbsolutePath().getParent());
      Files.writeString(
          unsentFile,
          OpenLineageClientUtils.toJson(event) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.warn("Cannot keep an unsent OpenLineage event in {}", unsentFile, e);
    }
  }

  /** How many events were not taken. */
  public long unsent() {
    return unsent.get();
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("OpenLineage events were still waiting after {} s", PATIENCE_SECONDS);
        thread.shutdownNow();
      }
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // declared by the client; nothing of ours depends on it
      LOG.warn("Cannot close the OpenLineage client", e);
    }
  }
}
