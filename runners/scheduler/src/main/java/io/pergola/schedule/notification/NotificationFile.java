package io.pergola.schedule.notification;

import io.pergola.pipeline.Suggestions;
import io.pergola.schedule.notification.Channel.Mail;
import io.pergola.schedule.notification.Channel.Tls;
import io.pergola.schedule.notification.Channel.Webhook;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a notifications file; all that is wrong with it is said at once, with line and column. */
final class NotificationFile {
  private static final List<String> WEBHOOK =
      List.of("name", "on", "pipelines", "webhook", "allow", "secret-env", "timeout");
  private static final List<String> MAIL = List.of("name", "on", "pipelines", "mail", "timeout");
  private static final List<String> MAIL_KEYS =
      List.of("host", "port", "tls", "user-env", "password-env", "from", "to");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int LARGEST = 1 << 20;

  private final String file;
  private final List<String> problems = new ArrayList<>();

  private NotificationFile(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException naming everything that is wrong
   */
  static List<Channel> read(Path path) throws IOException {
    if (Files.size(path) > LARGEST) {
      throw new ConfigurationException(
          List.of(
              "Cannot read %s: it has more than %d bytes. Shorten it.".formatted(path, LARGEST)));
    }
    return read(path.toString(), Files.readString(path));
  }

  static List<Channel> read(String name, String text) {
    NotificationFile file = new NotificationFile(name);
    List<Channel> channels = file.channels(text);
    if (!file.problems.isEmpty()) {
      throw new ConfigurationException(file.problems);
    }
    return channels;
  }

  private List<Channel> channels(String text) {
    Node root;
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file)
              .setCodePointLimit(LARGEST)
              .setMaxAliasesForCollections(10)
              .build();
      Optional<Node> document = new Compose(settings).composeString(text);
      if (document.isEmpty()) {
        return List.of();
      }
      root = document.get();
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark().map(mark -> at(mark.getLine(), mark.getColumn())).orElse("");
      problems.add("Cannot read %s%s: %s.".formatted(file, where, e.getProblem()));
      return List.of();
    } catch (YamlEngineException e) {
      problems.add("Cannot read %s: %s".formatted(file, e.getMessage()));
      return List.of();
    }
    Map<String, Node> keys = keys(root, List.of("channels"));
    Node list = keys.get("channels");
    if (!(list instanceof SequenceNode sequence)) {
      problem(list == null ? root : list, "'channels' must be a list. Write: channels: [...]");
      return List.of();
    }
    List<Channel> channels = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node node : sequence.getValue()) {
      channel(node)
          .ifPresent(
              channel -> {
                if (!names.add(channel.name())) {
                  problem(
                      node,
                      "channel '%s' is there twice. Name it differently".formatted(channel.name()));
                }
                channels.add(channel);
              });
    }
    return channels;
  }

  private Optional<Channel> channel(Node node) {
    int before = problems.size();
    boolean mail = has(node, "mail");
    if (mail == has(node, "webhook")) {
      problem(node, "a channel needs either 'webhook' or 'mail'. Add one of them");
      return Optional.empty();
    }
    Map<String, Node> keys = keys(node, mail ? MAIL : WEBHOOK);
    String name = required(node, keys, "name");
    if (!name.isEmpty() && !name.matches("[A-Za-z0-9._-]{1,64}")) {
      problem(
          keys.get("name"),
          "invalid name '%s' (1 to 64 letters, digits, '.', '_', '-')".formatted(name));
    }
    Set<Occasion> occasions = occasions(keys.get("on"));
    Set<String> pipelines = Set.copyOf(texts(keys.get("pipelines")));
    Duration timeout = timeout(keys.get("timeout"));
    Channel.Target target = mail ? mail(keys.get("mail"), timeout) : webhook(node, keys, timeout);
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new Channel(name, occasions, pipelines, target));
  }

  private Webhook webhook(Node node, Map<String, Node> keys, Duration timeout) {
    String text = required(node, keys, "webhook");
    URI address = URI.create("http://invalid/");
    try {
      URI given = new URI(text);
      boolean http = "http".equalsIgnoreCase(given.getScheme());
      if ((http || "https".equalsIgnoreCase(given.getScheme()))
          && given.getHost() != null
          && given.getUserInfo() == null
          && given.getFragment() == null) {
        address = given;
      } else {
        problem(
            keys.get("webhook"),
            "invalid webhook '%s' (http:// or https://, a host, no user, no '#')".formatted(text));
      }
    } catch (java.net.URISyntaxException e) {
      problem(keys.get("webhook"), "invalid webhook '%s' (%s)".formatted(text, e.getReason()));
    }
    List<AddressRange> allowed = new ArrayList<>();
    Node allow = keys.get("allow");
    for (String one : texts(allow)) {
      AddressRange.parse(one)
          .ifPresentOrElse(
              allowed::add,
              () ->
                  problem(
                      allow,
                      "invalid address '%s' (such as 127.0.0.1 or 10.0.0.0/8)".formatted(one)));
    }
    return new Webhook(address, allowed, variable(keys.get("secret-env")), timeout);
  }

  private Mail mail(@Nullable Node node, Duration timeout) {
    Map<String, Node> keys = keys(node, MAIL_KEYS);
    String host = required(node, keys, "host");
    if (!host.isEmpty() && !host.matches("[A-Za-z0-9._:-]{1,253}")) {
      problem(keys.get("host"), "invalid host '%s'".formatted(host));
    }
    Tls tls = tls(keys.get("tls"));
    String from = required(node, keys, "from");
    List<String> to = texts(keys.get("to"));
    if (to.isEmpty()) {
      problem(node, "'to' is missing. Add to: [somebody@example.com]");
    }
    List<String> all = new ArrayList<>(to);
    all.add(from);
    for (String address : all) {
      if (!address.isEmpty() && !MailSender.isAddress(address)) {
        problem(node, "invalid mail address '%s'".formatted(address));
      }
    }
    Optional<String> user = variable(keys.get("user-env"));
    Optional<String> password = variable(keys.get("password-env"));
    if (user.isPresent() != password.isPresent()) {
      problem(node, "'user-env' and 'password-env' go together. Give both or none");
    }
    return new Mail(host, port(keys.get("port"), tls), tls, user, password, from, to, timeout);
  }

  private Tls tls(@Nullable Node node) {
    String text = node == null ? "starttls" : text(node);
    for (Tls one : Tls.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
        return one;
      }
    }
    problem(node, "invalid tls '%s' (starttls, tls or none)".formatted(text));
    return Tls.STARTTLS;
  }

  private int port(@Nullable Node node, Tls tls) {
    if (node == null) {
      return switch (tls) {
        case STARTTLS -> 587;
        case TLS -> 465;
        case NONE -> 25;
      };
    }
    String text = text(node);
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      problem(node, "invalid port '%s' (1 to 65535)".formatted(text));
    }
    return port;
  }

  private Set<Occasion> occasions(@Nullable Node node) {
    EnumSet<Occasion> occasions = EnumSet.noneOf(Occasion.class);
    if (node == null) {
      return EnumSet.complementOf(EnumSet.of(Occasion.TEST));
    }
    for (String key : texts(node)) {
      if (Occasion.keys().contains(key)) {
        occasions.add(Occasion.of(key).orElseThrow());
      } else {
        problem(node, "unknown event '%s'%s".formatted(key, suggestion(key, Occasion.keys())));
      }
    }
    return occasions;
  }

  private Duration timeout(@Nullable Node node) {
    if (node == null) {
      return TIMEOUT;
    }
    Matcher text = DURATION.matcher(text(node));
    if (text.matches()) {
      long amount = Long.parseLong(text.group(1));
      Duration duration =
          switch (text.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
          };
      if (!duration.isZero() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    problem(node, "invalid timeout '%s' (such as 500ms or 10s, up to 1m)".formatted(text(node)));
    return TIMEOUT;
  }

  private Optional<String> variable(@Nullable Node node) {
    if (node == null) {
      return Optional.empty();
    }
    String name = text(node);
    if (!VARIABLE.matcher(name).matches()) {
      problem(node, "invalid name of an environment variable: '%s'".formatted(name));
    }
    return Optional.of(name);
  }

  /** The entries of a mapping; unknown and repeated keys are problems. */
  private Map<String, Node> keys(@Nullable Node node, List<String> known) {
    Map<String, Node> keys = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem(node, "expected %s".formatted(String.join(", ", known)));
      return keys;
    }
    for (NodeTuple entry : mapping.getValue()) {
      String key = text(entry.getKeyNode());
      if (!known.contains(key)) {
        problem(entry.getKeyNode(), "unknown key '%s'%s".formatted(key, suggestion(key, known)));
      } else if (keys.put(key, entry.getValueNode()) != null) {
        problem(entry.getKeyNode(), "'%s' is there twice. Write it once".formatted(key));
      }
    }
    return keys;
  }

  private static boolean has(Node node, String key) {
    return node instanceof MappingNode mapping
        && mapping.getValue().stream()
            .anyMatch(
                entry ->
                    entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key));
  }

  private String required(@Nullable Node parent, Map<String, Node> keys, String key) {
    Node node = keys.get(key);
    if (node == null) {
      problem(parent, "'%s' is missing. Add it".formatted(key));
      return "";
    }
    return text(node);
  }

  private List<String> texts(@Nullable Node node) {
    if (node == null) {
      return List.of();
    }
    return node instanceof SequenceNode list
        ? list.getValue().stream().map(this::text).toList()
        : List.of(text(node));
  }

  private String text(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    problem(node, "expected a single value");
    return "";
  }

  private static String suggestion(String word, List<String> known) {
    return Suggestions.nearest(word, known)
        .map(". Did you mean '%s'?"::formatted)
        .orElseGet(() -> " (known: %s)".formatted(String.join(", ", known)));
  }

  private void problem(@Nullable Node node, String what) {
    String where =
        node == null
            ? ""
            : node.getStartMark().map(mark -> at(mark.getLine(), mark.getColumn())).orElse("");
    String end = what.endsWith("?") || what.endsWith(")") ? "" : ".";
    problems.add("Cannot read %s%s: %s%s".formatted(file, where, what, end));
  }

  private static String at(int line, int column) {
    return " line %d, column %d".formatted(line + 1, column + 1);
  }
}
