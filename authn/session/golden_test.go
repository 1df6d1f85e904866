package session_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// These were made by the first version. Tokens live for 36 hours, secrets and
// keyrings for years: what reads them must go on reading these. To change a
// form, raise its version and keep reading the old one.
const (
	goldenRing = "01dd8a762e4cdbf8256bfa9ce0e88ed3b69f1fac4529357892fa225d3c1904d32680c056ceed02fff531d6eb3ba8e7e216ac489e12b4e7ea164a225f" +
		"87d55cc219e23413ed0871aff505"
	goldenSecret = "016ae6783f4b838eb17eb79aa3aedfd66c9d0eba008e75dfdfd2ca176d7523209c1970eb3280293156b1a62ee7fdd764d4418ff920b5655eadb3c02b" +
		"e3306c2dc31c9a1354195821d0"
	goldenToken = "AWrmeD8OQtTK6IZJCOC4x1JSfctuZRAfClDSBfN/AHGtovOKjSXYu73KfcBtBmuSCDdN41SlUfk8wGnSOwP9eS42FsTWTUGeYjePO+nBSismvj5UA5c6zkaZ" +
		"dL4bNow0zDhjs7RLaBjgUtN3DQgERl/WVZjAmIU+Om68Q/oZNVzBA1DkK6teTOT+5sn4Jsnj+uL3CHBO4N2plHGXl2VBWxNqAd9bFMD4d15qZ10XSx9/pWXB" +
		"UQzbpqsnEIUBxmkRbPhfY0JYoP/Gy5hJLwbXFlH4+dhl41d0HasC3ZQ6oHcK0PrpDw2n8bEB7WFuNh5oCIT9F8jmMLJI7eRIVtXQIM9ujt8qhw/HVrMeCPAj" +
		"h1GqEnx5rffvBveZiqcL7FVLv42KPr8zxo9SEVERYQHUXLOHOx2MPpcxNI+0CVNxShMJ5LvwS3LiAJ8XfZ4nmDojSkawc81/XQLoFd+6SuMpWwOs+d+H/G1Z" +
		"8M6U1iDGg2QSYLtxU5APmT2FJXiKWnvP0i0PYe/yoSFf8BbraUB+5AZ/V1q/gKM4DXX/yjd/tu9u/NahsExGl6yeXvVzqUJq1Is3PLCcbD9kokpF5GUm6l6L" +
		"6UiwZrYbaWlRPYiA+tUtU5VFrAysWxoGJUr8cF29azlgkMY="
	goldenPlain = "AWrmeD8OQtTK6IZJCOC4x1LmfHpNsVAKYpgm68j6JzGnRLvrJDEbbhlQhd33yqSHC9fAZybKeYzipQ2e8b+U8ygDOrnGyVEB8aTJaoTtp65A618yLQ9EkwfL" +
		"dcq5vxY6BbjJCOe/cs5pyFjqENMQyKcO0h3fTR04Lv6TwErZ6f5WEMBjqFZYxXY4Y1F62X+gwW8XHJpWwRTDfmvDdyFvglcYiEagt/u1bTlgebf4hmpdty5c" +
		"gCEjPBFhF3U="
)

func TestFormsOfTheFirstVersionAreStillRead(t *testing.T) {
	master := bytes.Repeat([]byte{0x42}, 32)
	wrapped, err := hex.DecodeString(goldenRing)
	if err != nil {
		t.Fatal(err)
	}
	k, err := session.Unwrap(master, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := hex.DecodeString(goldenSecret)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := session.OpenSecret(k, "AKIAQAAAAAAAEXAMPLE1", sealed); err != nil || got != "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" {
		t.Errorf("secret %q, %v", got, err)
	}
	for token, want := range map[string]*session.Session{goldenToken: full(t), goldenPlain: plain(t)} {
		got, err := session.Open(k, token, keyID, noon)
		if err != nil {
			t.Fatal(err)
		}
		if inside(got) != inside(want) {
			t.Errorf("opened %s\nwant %s", inside(got), inside(want))
		}
	}
}
