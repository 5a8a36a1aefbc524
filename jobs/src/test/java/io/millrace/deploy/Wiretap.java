package io.millrace.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Hands on what is sent to a port of this machine and what is answered, and keeps a copy. */
final class Wiretap implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private final int target;

  Wiretap(int target) throws IOException {
    this.target = target;
    background(this::accept);
  }

  /** Where to connect in the place of the target. */
  int port() {
    return socket.getLocalPort();
  }

  /** Whether a text went by, as it is. */
  boolean heard(String text) {
    return heard.toString(StandardCharsets.ISO_8859_1).contains(text);
  }

  int bytes() {
    return heard.size();
  }

  private void accept() {
    try {
      while (!socket.isClosed()) {
        Socket client = socket.accept();
        Socket server = new Socket("127.0.0.1", target);
        background(() -> copy(client, server));
        background(() -> copy(server, client));
      }
    } catch (IOException e) {
      // closed, or the target is gone: who is connected sees it
    }
  }

  private void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        heard.write(buffer, 0, read);
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // one side has closed it
    }
  }

  private static void background(Runnable work) {
    Thread thread = new Thread(work, "wiretap");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
