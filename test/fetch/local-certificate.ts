/**
 * A self-signed certificate for localhost and 127.0.0.1, and its key. It protects nothing. Made by
 * openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 *   -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUFiiPvxjxPS9rbWq8rdJd173cpEMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjIwMDgyMloYDzIxMjYxMDI5
MjAwODIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASW9u/ugCjuEg4JyKWPI4DSHmU/tq72iZI93FF2WGQ+B/JxR+56wcXO
dO5rZ50TpYtCRAdw+VtZdV1JMxlZ3OLTo28wbTAdBgNVHQ4EFgQUNTj711ASwIda
Cv6DgNFU3xnFgcowHwYDVR0jBBgwFoAUNTj711ASwIdaCv6DgNFU3xnFgcowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAKbujP9/SNz+3sylwBk8ofi4DmAUt+vePmZyuGmAB+PsAiEA
qv9VK2u6ZUj2ZBBLV/mJ6ikBMFDfmje9OgpenOl5XRM=
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP74aSaXDEmDw4T0a
mASNYeMvp8kOf3JM40Dqsc94GuWhRANCAASW9u/ugCjuEg4JyKWPI4DSHmU/tq72
iZI93FF2WGQ+B/JxR+56wcXOdO5rZ50TpYtCRAdw+VtZdV1JMxlZ3OLT
-----END PRIVATE KEY-----
`;
