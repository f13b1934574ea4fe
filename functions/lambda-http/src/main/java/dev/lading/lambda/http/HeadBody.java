package dev.lading.lambda.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Answers HEAD with the body that a resource gives it, as if it were GET: what the gateway does with a Content-Length
 * and no body is not documented, but of a body it sends the length and nothing else. Runs after all other filters,
 * which see the method that the client sent.
 */
@Provider
@Priority(Integer.MIN_VALUE)
public final class HeadBody implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (HttpMethod.HEAD.equals(request.getMethod())
                && request instanceof ResteasyReactiveContainerRequestContext reactive
                && reactive.getServerRequestContext() instanceof ResteasyReactiveRequestContext context) {
            // RESTEasy drops an entity by the method that its context has.
            context.setMethod(HttpMethod.GET);
        }
    }
}
