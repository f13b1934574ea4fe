package dev.lading.management.resource;

import dev.lading.http.RegistryUrls;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;

/** Answers requests for lists. */
@Singleton
public class Pages {
    private final RegistryUrls urls;

    public Pages(RegistryUrls urls) {
        this.urls = urls;
    }

    public <T> Response page(Listing<T> listing, ListingSource<T> source, UriInfo uri) {
        return page(listing, source, Set.of(), uri);
    }

    /** @param satisfied filters that all of the source are known to pass */
    public <T> Response page(Listing<T> listing, ListingSource<T> source, Set<String> satisfied, UriInfo uri) {
        String address = urls.here(uri, uri.getRequestUri().getRawPath());
        return Responses.ok(listing.page(source, satisfied, uri.getQueryParameters(), address));
    }
}
