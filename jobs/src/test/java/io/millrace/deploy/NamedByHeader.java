package io.millrace.deploy;

import java.io.IOException;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;

/** Takes the name of who asks from a header, as no site ever should. */
public final class NamedByHeader implements Filter {
  @Override
  public void init(FilterConfig config) {}

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    chain.doFilter(
        new HttpServletRequestWrapper(http) {
          @Override
          public String getRemoteUser() {
            return http.getHeader("user");
          }
        },
        response);
  }

  @Override
  public void destroy() {}
}
