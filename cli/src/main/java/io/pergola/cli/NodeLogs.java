package io.pergola.cli;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.pergola.run.RunningNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what is logged on behalf of an attempt of a node to the attempt's own file as well. */
final class NodeLogs extends AppenderBase<ILoggingEvent> {
  /** So many files are open at once; one that is needed again is appended to. */
  private static final int OPEN = 32;

  private final Path home;
  private final PatternLayoutEncoder encoder;
  private final Map<RunningNode, OutputStream> files = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param logs the workspace's folder of logs
   */
  NodeLogs(Path logs, PatternLayoutEncoder encoder) {
    this.home = logs.resolveSibling("");
    this.encoder = encoder;
  }

  @Override
  protected void append(ILoggingEvent event) {
    Optional<RunningNode> node = RunningNode.current();
    if (node.isEmpty()) {
      return;
    }
    try {
      OutputStream file = file(node.get());
      file.write(encoder.encode(event));
      file.flush();
    } catch (IOException e) {
      addError("Cannot write the log of node " + node.get(), e);
    }
  }

  private OutputStream file(RunningNode node) throws IOException {
    OutputStream open = files.get(node);
    if (open != null) {
      return open;
    }
    if (files.size() >= OPEN) {
      RunningNode oldest = files.keySet().iterator().next();
      OutputStream closing = files.remove(oldest);
      if (closing != null) {
        closing.close();
      }
    }
    Path path = home.resolve(node.log());
    Files.createDirectories(path.resolveSibling(""));
    OutputStream file =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    files.put(node, file);
    return file;
  }

  @Override
  public synchronized void stop() {
    super.stop();
    List<OutputStream> open = new ArrayList<>(files.values());
    files.clear();
    for (OutputStream file : open) {
      try {
        file.close();
      } catch (IOException e) {
        addError("Cannot close the log of a node", e);
      }
    }
  }
}
