package io.millrace.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves the report of a run while it grows, and its metrics, read from the run's folder for each
 * request. A browser is told to come again until the run is over. Only what a browser reads is
 * served; on a loopback address only to one that asks for it by such a name, so that no page of
 * another site gets in. Lives on the driver.
 */
public final class LivePage implements AutoCloseable {
  /** After how many seconds a browser comes again. */
  public static final int RELOAD_SECONDS = 10;

  private static final int MOST_REQUESTS = 2;
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;
  private static final int MISSING = 404;
  private static final int NOT_ALLOWED = 405;
  private static final String HTML = "text/html; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final Map<String, String> FILES =
      Map.of(
          RunFolder.REPORT, HTML,
          RunFolder.METRICS, TEXT,
          RunFolder.DIAGNOSTICS, TEXT,
          RunFolder.SUMMARY, "text/csv; charset=utf-8");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(MOST_REQUESTS);
  private final RunFolder folder;
  private final String name;
  private final CountDownLatch seen = new CountDownLatch(1);
  private volatile boolean over;
  private volatile long asked = System.nanoTime() - TimeUnit.DAYS.toNanos(1);

  private LivePage(HttpServer server, RunFolder folder, String name) {
    this.server = server;
    this.folder = folder;
    this.name = name;
  }

  /**
   * Serves the folder of a run.
   *
   * @param address to listen at
   * @param name of the run, for people
   * @throws IOException if nobody can listen there
   */
  public static LivePage open(InetSocketAddress address, RunFolder folder, String name)
      throws IOException {
    LivePage page = new LivePage(HttpServer.create(address, 0), folder, name);
    page.server.createContext("/", page::answer);
    page.server.setExecutor(page.threads);
    page.server.start();
    return page;
  }

  /** Where a browser finds it. */
  public String address() {
    InetAddress host = server.getAddress().getAddress();
    String words = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
    return "http://%s:%d/"
        .formatted(words.contains(":") ? "[" + words + "]" : words, server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().replaceFirst("^/", "");
      String file = path.isEmpty() ? RunFolder.REPORT : path;
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        send(exchange, NOT_ALLOWED, TEXT, "Only GET.\n");
      } else if (!isAskedByItsName(exchange)) {
        send(exchange, FORBIDDEN, TEXT, "Ask for " + address() + "\n");
      } else if (!FILES.containsKey(file)) {
        send(exchange, MISSING, TEXT, "There is only " + FILES.keySet() + "\n");
      } else {
        serve(exchange, file);
      }
    }
  }

  private boolean isAskedByItsName(HttpExchange exchange) {
    if (!server.getAddress().getAddress().isLoopbackAddress()) {
      return true;
    }
    String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    return host.matches("(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d+)?");
  }

  private void serve(HttpExchange exchange, String file) throws IOException {
    boolean last = over;
    Optional<String> text = folder.text(file);
    boolean page = file.equals(RunFolder.REPORT);
    if (page && !last) {
      asked = System.nanoTime();
      exchange.getResponseHeaders().set("Refresh", Integer.toString(RELOAD_SECONDS));
    }
    if (text.isEmpty() && !page) {
      send(exchange, MISSING, TEXT, "Not yet.\n");
    } else {
      send(exchange, OK, FILES.get(file), text.orElseGet(this::waiting));
    }
    if (page && last) {
      seen.countDown();
    }
  }

  private String waiting() {
    return Page.head(name)
        .add("<header><p class=\"brand\">Millrace run</p><h1>%s</h1>", name)
        .add("<p class=\"notice\">The report comes when an epoch has ended.</p></header>\n")
        .add(Page.foot())
        .toString();
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, head ? -1 : bytes.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  /**
   * The run is over, and its report is written: waits until a browser that came lately has the last
   * one, for no longer than it takes to come again.
   */
  public void runEnded() throws InterruptedException {
    over = true;
    long reload = TimeUnit.SECONDS.toNanos(RELOAD_SECONDS);
    if (System.nanoTime() - asked < 2 * reload) {
      seen.await(2 * reload, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
