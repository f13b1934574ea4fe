package dev.lading.http;

import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Adds the version header to answers: old clients take a host without it for a V1 registry. */
public class ApiVersionFilter {
    static final String VERSION = "registry/2.0";

    @ServerResponseFilter
    public void filter(ContainerResponseContext response) {
        response.getHeaders().putSingle(RegistryHeaders.API_VERSION, VERSION);
    }
}
