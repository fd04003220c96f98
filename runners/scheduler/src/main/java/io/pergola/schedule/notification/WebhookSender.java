package io.pergola.schedule.notification;

import io.pergola.schedule.notification.Channel.Webhook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts notices. The address that was checked is the one that is connected to, so that a name which
 * resolves to something else a moment later gains nothing; redirects are not followed, and nothing
 * of the answer but its status is read.
 */
final class WebhookSender implements AutoCloseable {
  private static final String SIGNATURE = "Pergola-Signature";
  private static final String ID = "Pergola-Notification-Id";

  private final DnsResolver names;
  private final Map<String, String> environment;
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "pergola-webhook-deadline");
            thread.setDaemon(true);
            return thread;
          });

  WebhookSender(DnsResolver names, Map<String, String> environment) {
    this.names = names;
    this.environment = environment;
  }

  void send(Webhook webhook, Notice notice) throws NotSentException {
    String body = notice.toJson();
    HttpPost post = new HttpPost(webhook.address());
    post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    post.setHeader(ID, notice.id().replaceAll("[^\\x21-\\x7e]", "_"));
    if (webhook.secretVariable().isPresent()) {
      String time = Long.toString(Instant.now().getEpochSecond());
      String secret = secret(webhook.secretVariable().get());
      post.setHeader(SIGNATURE, "t=%s,v1=%s".formatted(time, sign(secret, time + "." + body)));
    }
    ScheduledFuture<?> deadline =
        deadlines.schedule(post::abort, webhook.timeout().toMillis(), TimeUnit.MILLISECONDS);
    try (CloseableHttpClient client = client(webhook)) {
      int status = client.executeOpen(null, post, null).getCode();
      if (status < 200 || status > 299) {
        throw new NotSentException(
            "Cannot send to %s: it answered %d.%s Check the address."
                .formatted(
                    place(webhook),
                    status,
                    status >= 300 && status < 400 ? " Redirects are not followed." : ""),
            null);
      }
    } catch (IOException | RuntimeException e) {
      throw new NotSentException(
          "Cannot send to %s: %s"
              .formatted(
                  place(webhook),
                  post.isAborted()
                      ? "no answer within %s. Check the address.".formatted(webhook.timeout())
                      : e.getMessage()),
          e);
    } finally {
      deadline.cancel(false);
    }
  }

  /** Without path and query, which may hold a secret. */
  private static String place(Webhook webhook) {
    return "webhook %s://%s"
        .formatted(webhook.address().getScheme(), webhook.address().getAuthority());
  }

  private CloseableHttpClient client(Webhook webhook) {
    Timeout timeout = Timeout.of(webhook.timeout());
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new CheckedNames(names, webhook.allowed()))
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(timeout)
                .setConnectionRequestTimeout(timeout)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableAuthCaching()
        .disableCookieManagement()
        .disableContentCompression()
        .setUserAgent("Pergola")
        .build();
  }

  private String secret(String variable) throws NotSentException {
    String secret = environment.get(variable);
    if (secret == null || secret.isEmpty()) {
      throw new NotSentException(
          "Cannot sign a notification: %s is not set. Set it where the daemon starts."
              .formatted(variable),
          null);
    }
    return secret;
  }

  static String sign(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
  }

  /** Resolves names to addresses that may be connected to, and to no others. */
  private record CheckedNames(DnsResolver names, List<AddressRange> allowed)
      implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] all = names.resolve(host);
      for (InetAddress address : all) {
        if (AddressRange.isPrivate(address)
            && allowed.stream().noneMatch(range -> range.contains(address))) {
          throw new UnknownHostException(
              "%s is %s, which is loopback or private. Name it under 'allow' if that is meant."
                  .formatted(host, address.getHostAddress()));
        }
      }
      return Arrays.copyOf(all, all.length);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
