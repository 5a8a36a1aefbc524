package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A headless Chromium with one page, asked by its DevTools protocol. The program is that of the
 * variable CHROMIUM, else {@code chromium}.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENS = Pattern.compile("DevTools listening on ws://([^/]+)/");

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private int asked;

  /** Opens a page; its profile lies in a folder. */
  Browser(Path profile, String address) throws Exception {
    String program = System.getenv().getOrDefault("CHROMIUM", "chromium");
    process =
        new ProcessBuilder(
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    String host = host();
    HttpClient client = HttpClient.newHttpClient();
    URI tab = URI.create("http://%s/json/new?%s".formatted(host, address));
    HttpRequest open = HttpRequest.newBuilder(tab).PUT(HttpRequest.BodyPublishers.noBody()).build();
    String page = client.send(open, BodyHandlers.ofString()).body();
    URI debugger = URI.create(JSON.readTree(page).get("webSocketDebuggerUrl").asText());
    socket =
        client.newWebSocketBuilder().buildAsync(debugger, new Answers()).get(30, TimeUnit.SECONDS);
  }

  private String host() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        Thread rest = new Thread(() -> out.lines().forEach(any -> {}), "chromium");
        rest.setDaemon(true);
        rest.start();
        return listens.group(1);
      }
    }
    throw new IOException("Chromium did not start");
  }

  /** What an expression of JavaScript comes to in the page, as text. */
  String ask(String expression) throws Exception {
    int number = ++asked;
    var message = JSON.createObjectNode().put("id", number).put("method", "Runtime.evaluate");
    message.putObject("params").put("expression", expression).put("returnByValue", true);
    socket.sendText(JSON.writeValueAsString(message), true).get(30, TimeUnit.SECONDS);
    while (true) {
      String answer = answers.poll(60, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("Chromium does not answer");
      }
      JsonNode read = JSON.readTree(answer);
      if (read.path("id").asInt() == number) {
        return read.path("result").path("result").path("value").asText();
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        answers.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
