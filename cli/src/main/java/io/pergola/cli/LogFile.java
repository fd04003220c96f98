package io.pergola.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The log of one run: a file under the workspace's {@code logs/}, and one for each attempt. */
final class LogFile implements AutoCloseable {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final String PATTERN =
      "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%X{node}] %logger{1}: %msg%n";

  /** What engines and libraries say too much of. */
  private static final Map<String, Level> LEVELS =
      Map.of(
          "org.apache", Level.WARN,
          "akka", Level.WARN,
          "org.nd4j", Level.WARN,
          "org.deeplearning4j", Level.WARN,
          "org.apache.flink.metrics.MetricGroup", Level.ERROR);

  private final Path path;
  private final FileAppender<ILoggingEvent> appender;
  private final NodeLogs nodes;

  private LogFile(Path path, FileAppender<ILoggingEvent> appender, NodeLogs nodes) {
    this.path = path;
    this.appender = appender;
    this.nodes = nodes;
  }

  /** Starts a new file; everything that is logged from now on goes there. */
  static LogFile start(Path logs, String what) {
    // java.util.logging would print to the terminal.
    java.util.logging.LogManager.getLogManager().reset();
    String time = NAME.format(Instant.now().atZone(ZoneId.systemDefault()));
    Path path = logs.resolve("%s-%s-%d.log".formatted(what, time, ProcessHandle.current().pid()));
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(path.toString());
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    NodeLogs nodes = new NodeLogs(logs, encoder);
    nodes.setContext(context);
    nodes.start();
    root.addAppender(nodes);
    LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
    return new LogFile(path, appender, nodes);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    appender.stop();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(nodes);
    nodes.stop();
  }
}
