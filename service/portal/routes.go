package portal

import (
	"net/http"
	"slices"
	"strings"
)

// route makes the one list of what the portal serves.
func (h *handler) route() {
	known := map[string][]string{}
	for _, way := range []struct {
		method, path string
		serve        http.HandlerFunc
	}{
		{http.MethodGet, "{$}", h.accounts},
		{http.MethodGet, "signin", h.signInPage},
		{http.MethodPost, "signin", h.signIn},
		{http.MethodGet, "mfa", h.mfaPage},
		{http.MethodPost, "mfa", h.showFactor},
		{http.MethodPost, "signout", h.signOut},
		{http.MethodGet, "signedout", h.signedOut},
		{http.MethodGet, "password", h.passwordPage},
		{http.MethodPost, "password", h.setPassword},
		{http.MethodGet, "device", h.devicePage},
		{http.MethodPost, "device", h.decideDevice},
		{http.MethodGet, "authorize", h.authorizePage},
		{http.MethodPost, "authorize", h.decideAuthorize},
		{http.MethodPost, "credentials", h.credentials},
		{http.MethodGet, "devices", h.devicesPage},
		{http.MethodGet, "devices/add", h.addPage},
		{http.MethodPost, "devices/add", h.add},
		{http.MethodGet, "devices/app", h.appPage},
		{http.MethodPost, "devices/app", h.confirmApp},
		{http.MethodGet, "devices/passkey", h.passkeyPage},
		{http.MethodPost, "devices/passkey", h.confirmPasskey},
		{http.MethodGet, "devices/confirm", h.provePage},
		{http.MethodPost, "devices/confirm", h.prove},
		{http.MethodGet, "devices/rename", h.renamePage},
		{http.MethodPost, "devices/rename", h.rename},
		{http.MethodGet, "devices/remove", h.removePage},
		{http.MethodPost, "devices/remove", h.remove},
		{http.MethodGet, "passkey.js", h.script},
	} {
		h.mux.HandleFunc(way.method+" "+Path+way.path, way.serve)
		path := Path + strings.TrimSuffix(way.path, "{$}")
		known[path] = append(known[path], way.method)
	}
	h.mux.HandleFunc(Path, func(w http.ResponseWriter, r *http.Request) {
		if methods, ok := known[r.URL.Path]; ok {
			w.Header().Set("Allow", strings.Join(slices.Compact(slices.Sorted(slices.Values(methods))), ", "))
			h.problem(w, http.StatusMethodNotAllowed, "This page cannot be asked for in this way.")
			return
		}
		h.problem(w, http.StatusNotFound, "There is no such page.")
	})
}

// done words what a page before this one has done. Nothing that a request says
// is shown.
func done(r *http.Request) string {
	switch r.URL.Query().Get("done") {
	case "added":
		return "The device is registered."
	case "renamed":
		return "The device is renamed."
	case "removed":
		return "The device is removed."
	case "signedout":
		return "You have signed out."
	case "password":
		return "Your password is set. Sign in with it."
	case "expired":
		return "That took too long. Sign in again."
	}
	return ""
}
