package dev.lading.management.resource;

import dev.lading.http.RegistryUrls;
import dev.lading.management.api.Listing;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import java.util.stream.Stream;

/** Answers requests for lists. */
@Singleton
public class Pages {
    private final RegistryUrls urls;

    public Pages(RegistryUrls urls) {
        this.urls = urls;
    }

    /** @param all in the order of the list, newest first */
    public <T> Response page(Listing<T> listing, Stream<T> all, UriInfo uri) {
        return page(listing, all, Set.of(), uri);
    }

    /** @param satisfied filters that all of them are known to pass */
    public <T> Response page(Listing<T> listing, Stream<T> all, Set<String> satisfied, UriInfo uri) {
        String address = urls.here(uri, uri.getRequestUri().getRawPath());
        return Responses.ok(listing.page(all, satisfied, uri.getQueryParameters(), address));
    }
}
