package main

import (
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// encode writes the file that package reference embeds.
func encode(services []service) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	out := []byte("rolecall service reference 1\n")
	var parts []byte
	for _, s := range services {
		if strings.ContainsAny(s.prefix+s.name, "\t\n") || s.prefix != strings.ToLower(s.prefix) {
			return nil, fmt.Errorf("service %q, %q: not a prefix in lower case and a plain name", s.prefix, s.name)
		}
		before := len(parts)
		parts = z.EncodeAll(s.part, parts)
		out = fmt.Appendf(out, "%s\t%s\t%s\t%d\t%d\n", s.prefix, s.name, when(s.rcp, "rcp"), len(parts)-before, len(s.part))
	}
	out = append(out, '\n')
	return append(out, parts...), z.Close()
}
