package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/journey"
)

// arranged are the pages of what a team arranges by itself: all templates of scorecards and of journeys are taken over, and it is
// waited until accounts are scored and risks are learned. A person of the company has a page too.
func (s *server) arranged(reader *browser, key string) ([]string, error) {
	paths := []string{"/health", "/health?band=poor", "/health/scorecards", "/health/movements", "/health/cases", "/health/judge", "/accounts/acc-0066/health/history",
		"/forecasts", "/forecasts/lifetime", "/forecasts/relevance", "/forecasts/model"}
	for _, card := range health.Templates() {
		if err := s.post("/api/v1/scorecards", key, card); err != nil {
			return nil, err
		}
		paths = append(paths, "/health/scorecards/"+card.ID)
	}
	for _, t := range journey.Templates() {
		if err := s.post("/api/v1/journeys", key, map[string]string{"template": t.ID}); err != nil {
			return nil, err
		}
	}
	if err := s.once("/api/v1/forecasts/risk", key); err != nil {
		return nil, err
	}
	for page, link := range map[string]*regexp.Regexp{"/journeys": regexp.MustCompile(`href="(/journeys/[0-9a-f]{32})"`), "/contacts": regexp.MustCompile(`href="(/contacts/[^"?]+)"`)} {
		text, err := reader.whole(s.url+page, false)
		if err != nil {
			return nil, err
		}
		m := link.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("%s leads to none of what it lists", page)
		}
		paths = append(paths, m[1])
	}
	return paths, s.settle()
}

// once asks until there is an answer.
func (s *server) once(path, key string) (err error) {
	for range 600 {
		if _, _, err = s.get(path, key); err == nil || !strings.Contains(err.Error(), http.StatusText(http.StatusServiceUnavailable)) {
			return err
		}
		time.Sleep(time.Second)
	}
	return err
}

// post adds something over the JSON API; what an earlier run has added stays.
func (s *server) post(path, key string, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	request, err := http.NewRequest("POST", s.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusCreated && response.StatusCode != http.StatusConflict {
		err = fmt.Errorf("%s: %s: %s", path, response.Status, said)
	}
	return err
}
