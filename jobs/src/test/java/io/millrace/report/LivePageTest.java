package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.RunFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePageTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private RunFolder run;
  private LivePage page;

  @BeforeEach
  void open() throws IOException {
    run = RunFolder.open(new Configuration(), folder.toString(), "run");
    page = LivePage.open(new InetSocketAddress("127.0.0.1", 0), run, "<night>");
  }

  @AfterEach
  void close() {
    page.close();
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    URI address = URI.create(page.address() + path);
    var request =
        HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody());
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void beforeAnEpochHasEndedItSaysSoAndComesAgain() throws Exception {
    HttpResponse<String> answer = ask("GET", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Refresh")).hasValue("10");
    assertThat(answer.body())
        .contains("<h1>&lt;night&gt;</h1>", "The report comes when an epoch has ended.");
    assertThat(ask("GET", "metrics.jsonl").statusCode()).isEqualTo(404);
  }

  @Test
  void theReportIsReadAnewForEachRequest() throws Exception {
    run.write(RunFolder.REPORT, "one");
    run.write(RunFolder.SUMMARY, "epoch\n1\n");
    assertThat(ask("GET", "").body()).isEqualTo("one");
    run.write(RunFolder.REPORT, "two");
    assertThat(ask("GET", "report.html").body()).isEqualTo("two");
    assertThat(ask("HEAD", "report.html").body()).isEmpty();
    assertThat(ask("GET", "summary.csv").headers().firstValue("Content-Type"))
        .hasValue("text/csv; charset=utf-8");
  }

  @Test
  void nothingElseIsServed() throws Exception {
    run.write(RunFolder.CONFIG, "secret");
    run.write(RunFolder.REPORT, "page");
    assertThat(ask("GET", "config.yaml").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "../run/config.yaml").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "").statusCode()).isEqualTo(405);
    assertThat(asHost("evil.example:80")).startsWith("HTTP/1.1 403");
    assertThat(asHost("localhost:80")).startsWith("HTTP/1.1 200");
  }

  /** The answer to one that asks for the page by another name. */
  private String asHost(String host) throws IOException {
    URI address = URI.create(page.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String request = "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whoLookedOnGetsTheLastReportAndIsNotToldToComeAgain() throws Exception {
    run.write(RunFolder.REPORT, "so far");
    ask("GET", "");
    run.write(RunFolder.REPORT, "whole");
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(
            () -> {
              try {
                page.runEnded();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    HttpResponse<String> last = ask("GET", "");
    while (last.headers().firstValue("Refresh").isPresent()) {
      last = ask("GET", "");
    }
    assertThat(last.body()).isEqualTo("whole");
    ended.get();
  }

  @Test
  void nobodyIsWaitedForWhoNeverLooked() throws Exception {
    page.runEnded();
    assertThat(ask("GET", "").headers().firstValue("Refresh")).isEmpty();
  }
}
