package io.millrace.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Reads pages as a browser does that trusts one certificate and follows nowhere. */
final class SecuredPages {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final HttpClient client;
  private final Path kept;

  /**
   * @param certificate whom it trusts, as PEM
   * @param kept folder of the pages that it has read
   */
  SecuredPages(Path certificate, Path kept) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "cluster", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    this.client = HttpClient.newBuilder().sslContext(context).connectTimeout(LIMIT).build();
    this.kept = Files.createDirectories(kept);
  }

  /** The answer to somebody of that name; what it says is kept. */
  HttpResponse<String> read(String user, String address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(LIMIT).header("user", user).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    Files.writeString(
        kept.resolve(user + address.replaceAll("\\W+", "-") + ".page"), answer.body());
    return answer;
  }

  /** Whether a page is there yet and has what is looked for. */
  boolean has(String user, String address, Pattern wanted) throws InterruptedException {
    try {
      return wanted.matcher(read(user, address).body()).find();
    } catch (IOException e) {
      return false;
    }
  }
}
